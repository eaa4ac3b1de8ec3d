import { actsAs, type Actor, type Role } from '../shared/actor.js';

export interface SidebarEntry {
  readonly href: string;
  readonly label: string;
  readonly icon: string;
  readonly current: boolean;
  readonly count: string | null;
}

const entries: readonly { href: string; under: readonly string[]; label: string; icon: string; role: Role }[] = [
  {
    href: '/app/scheduling',
    under: ['/app/scheduling', '/app/candidates'],
    label: 'Scheduling',
    icon: 'calendar',
    role: 'viewer',
  },
  { href: '/app/bookings', under: ['/app/bookings'], label: 'Bookings', icon: 'calendar-check-2', role: 'viewer' },
  { href: '/app/sends', under: ['/app/sends', '/app/emails'], label: 'Sends', icon: 'send', role: 'viewer' },
  {
    href: '/app/assessments',
    under: ['/app/assessments', '/app/candidates/import'],
    label: 'Assessments',
    icon: 'clipboard-list',
    role: 'viewer',
  },
  { href: '/app/settings/cal-com', under: ['/app/settings'], label: 'Settings', icon: 'settings', role: 'admin' },
];

/** The sidebar as this actor sees it on this path. */
export function sidebarFor(actor: Actor, path: string, counts: Readonly<Record<string, string>>): SidebarEntry[] {
  const isUnder = (prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
  const places = entries.flatMap(({ under }) => under).filter(isUnder);
  const nearest = places.toSorted((left, right) => right.length - left.length)[0];
  return entries
    .filter((entry) => actsAs(actor, entry.role))
    .map(({ href, under, label, icon }) => ({
      href,
      label,
      icon,
      current: under.some((prefix) => prefix === nearest),
      count: counts[href] ?? null,
    }));
}
