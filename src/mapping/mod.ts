/**
 * What destinations need to know of mappings.
 *
 * @module
 */

export type { CompiledMapping } from "./compile.ts";
export { parsePath } from "./path.ts";
export type { MappingFile } from "./schema.ts";
export { ENVIRONMENT_REFERENCE, type HttpSection } from "./schema_http.ts";
