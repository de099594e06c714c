/**
 * The parser of `.env` files, to be imported when there is one. Bundled, a CommonJS package that is
 * imported dynamically itself would have nothing but a default export.
 *
 * @module
 */

export { parse } from "dotenv";
