/**
 * The gallery: one line for each file, under the word after `--to`.
 *
 * @module
 */

export { default as klaviyo } from "./klaviyo.json" with { type: "json" };
