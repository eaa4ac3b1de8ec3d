import { type ActivityArea, activityAreas } from '../../activity/activity-actions.js';
import type { ActivityPage, Doing, NamedActivity } from '../../activity/activities.service.js';
import { clockTime, fullTime, relativeTime, zoneInWords } from '../../shared/zoned-time.js';
import { type ActivityQuery, activityHref } from './activity-filter.js';
import { deedInWords, detailsInWords, whoInWords } from '../../activity/activity-words.js';

interface Option {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

/** Where the thing that something was done to is to be seen; null where it has no page. */
const pages: Readonly<Record<string, (id: string) => string>> = {
  'api-token': (id) => `/app/settings/api-tokens/${id}`,
  assessment: (id) => `/app/scheduling?assessment_id=${id}`,
  assignment: (id) => `/app/scheduling/assignments/${id}`,
  booking: (id) => `/app/bookings/${id}`,
  'bulk-action': (id) => `/app/bookings/bulk-actions/${id}`,
  'cal-com': () => '/app/settings/cal-com',
  email: (id) => `/app/emails/${id}`,
  erasure: (id) => `/app/erasures/${id}`,
  'event-type': () => '/app/settings/cal-com',
  mail: () => '/app/settings/email',
  organization: () => '/app/settings/organization',
  retention: () => '/app/settings/retention',
  send: (id) => `/app/sends/${id}`,
  suppression: (id) => `/app/settings/email/suppressions/${id}`,
  template: (id) => `/app/settings/templates/${id}`,
};
const words: Readonly<Record<string, string>> = {
  'api-token': 'Token',
  assessment: 'Candidates',
  assignment: 'Times',
  booking: 'Booking',
  'bulk-action': 'Bulk action',
  'cal-com': 'Settings',
  email: 'Mail',
  erasure: 'Erasure',
  'event-type': 'Settings',
  mail: 'Settings',
  organization: 'Settings',
  retention: 'Settings',
  send: 'Send',
  suppression: 'Address',
  template: 'Template',
};

const others: readonly { value: string; label: string }[] = [
  { value: 'system', label: 'Interlude itself' },
  { value: 'command', label: 'Command line' },
  { value: 'candidate', label: 'Candidates' },
  { value: 'nobody', label: 'Somebody not signed in' },
];

export function activityView(query: ActivityQuery, page: ActivityPage, doing: readonly Doing[], zone: string) {
  const isFiltered = Object.values(filterOf(query)).some((value) => value !== '');
  const beside = (side: 'before' | 'after', id: string | null) => id && activityHref(query, { [side]: id });
  return {
    ...filterOf(query),
    zone: zoneInWords(zone),
    kinds: kindOptions(query.kind),
    whos: whoOptions(query.who, doing),
    about: query.about && { value: query.about, word: aboutInWords(query.about, page.rows) },
    withoutAbout: activityHref({ ...query, about: '' }),
    isFiltered,
    resetHref: activityHref(nothing),
    exportHref: activityHref(query, {}, '/export.csv'),
    rows: page.rows.map((row) => rowView(row, zone)),
    pager:
      page.previous || page.next
        ? {
            previous: beside('before', page.previous),
            next: beside('after', page.next),
            range: `${page.rows.length} shown, the newest first`,
          }
        : null,
  };
}

const nothing: ActivityQuery = { kind: '', who: '', about: '', from: '', to: '' };

function filterOf({ kind, who, about, from, to }: ActivityQuery): ActivityQuery {
  return { kind, who, about, from, to };
}

function rowView(row: NamedActivity, zone: string) {
  const { at, invitationId, subjectType, subjectId } = row;
  const page = subjectType && subjectId ? pages[subjectType] : undefined;
  return {
    at: relativeTime(at, zone),
    exactly: `${fullTime(at, zone)}, ${clockTime(at, zone)}`,
    who: whoInWords(row),
    whoHref: activityHref({ ...nothing, who: row.whoId ? `${row.who}:${row.whoId}` : row.who }),
    deed: deedInWords(row).map(({ text, of }) => ({
      text,
      href: of === 'candidate' ? activityHref({ ...nothing, about: `candidate:${invitationId}` }) : '',
    })),
    details: detailsInWords(row),
    thing: page ? { href: page(subjectId!), word: words[subjectType!]! } : null,
  };
}

function kindOptions(kind: string): Option[] {
  const areas = Object.entries(activityAreas) as [ActivityArea, string][];
  return [
    { value: '', label: 'Everything', selected: kind === '' },
    ...areas.map(([value, label]) => ({ value, label, selected: value === kind })),
  ];
}

/** Whoever the address names is among them. */
function whoOptions(who: string, doing: readonly Doing[]): Option[] {
  const known = [
    ...doing.map(({ who: kind, id, name }) => ({
      value: `${kind}:${id}`,
      label: kind === 'token' ? `API token ${name}` : name,
    })),
    ...others,
  ];
  const missing =
    who !== '' && !known.some(({ value }) => value === who) ? [{ value: who, label: 'A former user' }] : [];
  return [
    { value: '', label: 'Anybody', selected: who === '' },
    ...[...known, ...missing].map(({ value, label }) => ({ value, label, selected: value === who })),
  ];
}

function aboutInWords(about: string, rows: readonly NamedActivity[]): string {
  if (about.startsWith('candidate:')) {
    return rows.find(({ candidateName }) => candidateName)?.candidateName ?? 'An erased candidate';
  }
  return rows.find(({ subjectName }) => subjectName)?.subjectName ?? about.split(':')[0]!.replaceAll('-', ' ');
}
