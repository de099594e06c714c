/**
 * The part of the YAML library that mapping files need, to be imported when one is read. Bundled,
 * a CommonJS package that is imported dynamically itself would have nothing but a default export.
 *
 * @module
 */

export { isMap, isNode, isScalar, LineCounter, parseDocument, stringify, visit } from "yaml";
