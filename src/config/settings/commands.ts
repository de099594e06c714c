/**
 * Commands that take the same settings.
 *
 * @module
 */

export const DELIVERING = ["import", "resume", "send", "serve"] as const;
export const RUNNING = ["import", "resume", "serve"] as const;
export const READING = ["import", "validate"] as const;
/** Those that look at a file's beginning, too. */
export const LOOKING = [...READING, "init", "doctor"] as const;
/** What a check predicts the time by, too. */
export const PACED = ["import", "resume", "validate", "serve"] as const;
export const MAPPING = ["import", "resume", "send", "validate"] as const;
/** What a server does to the rows of all who send it some. */
export const SERVING = [...MAPPING, "serve"] as const;
export const WRITING = ["init", "mapping", "schema"] as const;
