/**
 * What destinations need to know of mappings.
 *
 * @module
 */

export type { CompiledMapping, Constant, OutputColumn } from "./compile.ts";
export type { InitWords, MappingDialect, NeededTargets } from "./dialect.ts";
export type { FilePath, MappingFault, Placement } from "./fault.ts";
export { FORBIDDEN_KEYS } from "./forbidden_keys.ts";
export { yamlLines } from "./init.ts";
export { readSection } from "./language.ts";
export { matcher, patternFault } from "./pattern.ts";
export { ENVIRONMENT_REFERENCE } from "./references.ts";
export type { MappingFile } from "./schema.ts";
export type { ColumnKeys, TargetType } from "./type_guess.ts";
export { HEADERS, plainHeader, snakeCase } from "./header_words.ts";
export { nearestHint, quotedList } from "./wording.ts";
