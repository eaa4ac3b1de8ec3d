import { listOf, readEach, recordOf, textOf } from './answer-values.js';

/** A calendar account of the host's that Cal.com looks into, or should: `GET /v2/calendars`. */
export interface CalCalendar {
  /** `Google Calendar, ann@example.org`. */
  readonly name: string;
  /** Cal.com gets no calendars of an account it cannot sign in to any more. */
  readonly readable: boolean;
  /** How many of its calendars keep times from being offered. */
  readonly blocking: number;
}

export function readCalendars(data: unknown): readonly CalCalendar[] | null {
  const accounts = listOf(recordOf(data)?.['connectedCalendars']);
  return accounts && readEach(accounts, readAccount).read;
}

function readAccount(value: unknown): CalCalendar | null {
  const account = recordOf(value);
  if (!account) return null;
  const integration = recordOf(account['integration']);
  const calendars = listOf(account['calendars']);
  const title = textOf(integration?.['title']) ?? textOf(integration?.['name']) ?? 'A calendar';
  const owner = textOf(recordOf(account['primary'])?.['email']) ?? textOf(recordOf(account['primary'])?.['name']);
  return {
    name: owner ? `${title}, ${owner}` : title,
    readable: calendars !== null && !account['error'],
    blocking: (calendars ?? []).filter((calendar) => recordOf(calendar)?.['isSelected'] === true).length,
  };
}
