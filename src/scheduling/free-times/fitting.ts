/** Which interviews fit one after another, the earliest first: starts may lie closer together than one is long. */
export function fittingTimes(starts: readonly Date[], minutes: number): Date[] {
  const fitting: Date[] = [];
  let freeFrom = -Infinity;
  for (const start of starts.toSorted((one, other) => one.getTime() - other.getTime())) {
    if (start.getTime() >= freeFrom) {
      fitting.push(start);
      freeFrom = start.getTime() + minutes * 60_000;
    }
  }
  return fitting;
}

export function countFitting(starts: readonly Date[], minutes: number): number {
  return fittingTimes(starts, minutes).length;
}
