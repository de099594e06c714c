/**
 * Commands that take the same settings.
 *
 * @module
 */

export const DELIVERING = ["import", "resume", "send"] as const;
export const RUNNING = ["import", "resume"] as const;
export const READING = ["import", "validate"] as const;
/** What a check predicts the time by, too. */
export const PACED = ["import", "resume", "validate"] as const;
export const MAPPING = ["import", "resume", "send", "validate"] as const;
export const WRITING = ["init", "mapping", "schema"] as const;
