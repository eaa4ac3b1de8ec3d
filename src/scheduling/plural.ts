/** `1,204`. */
export function counted(count: number): string {
  return count < 1000 ? String(count) : count.toLocaleString('en');
}

/** `1 email`, `1,204 emails`. */
export function plural(count: number, noun: string): string {
  return `${counted(count)} ${noun}${count === 1 ? '' : 's'}`;
}
