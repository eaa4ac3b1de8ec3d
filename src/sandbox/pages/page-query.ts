import { DateTime, IANAZone } from 'luxon';

/** What a booking page is told by its address, and by the hidden fields of its form: Cal.com's own names. */
export interface PageQuery {
  readonly name: string;
  readonly email: string;
  readonly notes: string;
  readonly duration: number | null;
  /** `cal.tz`, when it names a zone. */
  readonly timeZone: string | null;
  /** yyyy-MM */
  readonly month: string | null;
  /** yyyy-MM-dd */
  readonly date: string | null;
  readonly slot: Date | null;
  readonly metadata: Record<string, string>;
}

export interface Field {
  readonly name: string;
  readonly value: string;
}

export function parsePageQuery(sent: Record<string, unknown>): PageQuery {
  const text = (name: string) => last(sent[name]);
  const timeZone = text('cal.tz');
  const slot = DateTime.fromISO(text('slot'), { zone: 'utc' });
  return {
    name: text('name') || [text('firstName'), text('lastName')].filter(Boolean).join(' '),
    email: text('email'),
    notes: text('notes'),
    duration: Number(text('duration')) || null,
    timeZone: timeZone && IANAZone.isValidZone(timeZone) ? timeZone : null,
    month: /^\d{4}-\d{2}$/.test(text('month')) ? text('month') : null,
    date: /^\d{4}-\d{2}-\d{2}$/.test(text('date')) ? text('date') : null,
    slot: slot.isValid ? slot.toJSDate() : null,
    metadata: metadataOf(sent),
  };
}

/** The query as fields again, without what is empty: for links and for the hidden part of forms. */
export function fieldsOf(query: PageQuery): Field[] {
  const fields = [
    { name: 'name', value: query.name },
    { name: 'email', value: query.email },
    { name: 'notes', value: query.notes },
    { name: 'duration', value: query.duration?.toString() ?? '' },
    { name: 'cal.tz', value: query.timeZone ?? '' },
    { name: 'month', value: query.month ?? '' },
    { name: 'date', value: query.date ?? '' },
    { name: 'slot', value: query.slot?.toISOString() ?? '' },
    ...Object.entries(query.metadata).map(([key, value]) => ({ name: `metadata[${key}]`, value })),
  ];
  return fields.filter(({ value }) => value !== '');
}

export function linkTo(path: string, query: PageQuery, changes: Partial<PageQuery> = {}): string {
  const search = new URLSearchParams();
  for (const { name, value } of fieldsOf({ ...query, ...changes })) search.append(name, value);
  return search.size > 0 ? `${path}?${search.toString()}` : path;
}

function metadataOf(sent: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sent).flatMap(([name, value]) => {
      const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
      return key ? [[key, last(value)]] : [];
    }),
  );
}

function last(value: unknown): string {
  const one: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof one === 'string' ? one : '';
}
