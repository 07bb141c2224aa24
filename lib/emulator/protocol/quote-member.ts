const LONGEST = 64;

/** A member's name for a message; cut, because it comes from outside. */
export function quoteMember(path: string): string {
  return `\`${path.length > LONGEST ? `${path.slice(0, LONGEST)}…` : path}\``;
}
