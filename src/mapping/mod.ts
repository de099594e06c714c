/**
 * What destinations need to know of mappings.
 *
 * @module
 */

export type { CompiledMapping, OutputColumn, ValueType } from "./compile.ts";
export { type ParsedPath, parsePath } from "./path.ts";
export type { HttpMapping, MappingFile, MparticleMapping, ShowadsMapping } from "./schema.ts";
export { ENVIRONMENT_REFERENCE, type HttpSection } from "./schema_http.ts";
export { MPARTICLE_EVENT_TYPES, MPARTICLE_IDENTITIES } from "./targets.ts";
