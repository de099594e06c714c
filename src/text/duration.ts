/**
 * Lengths of time as people write them, for the sentences that delivery stops with.
 *
 * @module
 */

/** `0.5s`, `45s`, `5m`, `1m 30s`, `2h`. */
export function shortDuration(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms / 100) / 10}s`;
  const seconds = Math.round(ms / 1_000);
  const parts = [[Math.floor(seconds / 3600), "h"], [Math.floor(seconds / 60) % 60, "m"], [
    seconds % 60,
    "s",
  ]];
  return parts.filter(([count]) => count !== 0).map(([count, unit]) => `${count}${unit}`).join(" ");
}
