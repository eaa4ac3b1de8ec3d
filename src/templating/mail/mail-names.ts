/** The only names an admin's template may use. */
export const mailNames = ['candidate_name', 'booking_link', 'assessment_title', 'meeting_date', 'org_name'] as const;
export type MailName = (typeof mailNames)[number];
export type MailValues = Readonly<Partial<Record<MailName, string | null>>>;

export function isMailName(text: string): text is MailName {
  return (mailNames as readonly string[]).includes(text);
}

/** The name a misspelt one was most likely meant to be, or null. */
export function nearestMailName(text: string): MailName | null {
  const typed = text
    .toLowerCase()
    .replace(/[^a-z]+/g, '_')
    .replace(/^_|_$/g, '');
  const [best] = mailNames
    .map((name) => ({ name, distance: typed.length > 40 ? Infinity : editDistance(typed, name) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best && best.distance <= 4 ? best.name : null;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
