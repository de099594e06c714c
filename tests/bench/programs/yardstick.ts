/** Names a package of npm so that nothing but the bench that runs it knows of it. */
export function yardstick(name: string): string {
  return `npm:${name}`;
}
