/** How many interviews fit one after another: starts may lie closer together than an interview is long. */
export function countFitting(starts: readonly Date[], minutes: number): number {
  let count = 0;
  let freeFrom = -Infinity;
  for (const start of starts.map((date) => date.getTime()).toSorted((one, other) => one - other)) {
    if (start >= freeFrom) {
      count += 1;
      freeFrom = start + minutes * 60_000;
    }
  }
  return count;
}
