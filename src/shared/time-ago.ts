const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `just now`, `1 minute ago`, `2 hours ago`, `3 days ago`. */
export function timeAgo(at: Date, now = new Date()): string {
  const passedMs = now.getTime() - at.getTime();
  if (passedMs < minuteMs) {
    return 'just now';
  }
  const [unitMs, unit] =
    passedMs < hourMs ? [minuteMs, 'minute'] : passedMs < 2 * dayMs ? [hourMs, 'hour'] : [dayMs, 'day'];
  const count = Math.floor(passedMs / (unitMs as number));
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}
