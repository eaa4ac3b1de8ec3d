/** `1,204`. */
export function counted(count: number): string {
  return count.toLocaleString('en');
}

/** `1 email`, `12 emails`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
