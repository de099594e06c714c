/**
 * What comment lines of a CSV may start with.
 *
 * @module
 */

/** One to eight visible ASCII characters, of which none begins a quoted field. */
export const COMMENT_MARK = /^[!#-&(-~][!-~]{0,7}$/;

/** What a text must be, in words that go on from the setting's name. */
export const COMMENT_RULE = "takes one to eight ASCII characters such as # or //";
