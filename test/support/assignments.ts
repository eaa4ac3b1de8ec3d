import * as cheerio from 'cheerio';
import type { Booking } from '../../src/sandbox/booking.js';
import type { BookingsTest, LinkedCandidate } from './bookings.js';
import { until } from './until.js';

const path = '/app/scheduling/assignments';
const settleMs = 60_000;

/** Event types that are known, and nobody whose assessment is closed already. */
export async function prepare({ dana, db }: BookingsTest): Promise<void> {
  await dana.agent.get('/app/scheduling').expect(200);
  await db.query(`update invitations set status = 'submitted'`);
}

/** The table to check and the page of progress, as a scheduler of Acme uses them. */
export class AssignmentPages {
  constructor(private readonly test: BookingsTest) {}

  /** From the main page, with these ticked. */
  async tick(people: readonly { invitationId: string }[], eventType = '1'): Promise<cheerio.CheerioAPI> {
    return this.check({ invitation_ids: idsOf(people), event_type_id: eventType });
  }

  async check(body: object): Promise<cheerio.CheerioAPI> {
    return cheerio.load((await this.post(body).expect(422)).text);
  }

  post(body: object, agent = this.test.dana.agent, to = path) {
    return agent.post(to).type('form').send(body);
  }

  /** What the form would post: all that is ticked, unless something is changed. */
  fieldsOf($: cheerio.CheerioAPI, changes: object = {}): Record<string, unknown> {
    return {
      'invitation_ids[]': valuesOf($, 'input[name="invitation_ids[]"]'),
      'picks[]': valuesOf($, 'input[name="picks[]"][checked]'),
      offered: $('input[name=offered]').attr('value'),
      event_type_id: $('input[name=event_type_id]').attr('value'),
      not_before: $('#not_before').attr('value'),
      on_existing: $('input[name=on_existing][checked]').attr('value') ?? 'reuse',
      step: 'book',
      ...changes,
    };
  }

  /** The address of the progress page. */
  async book($: cheerio.CheerioAPI, changes: object = {}): Promise<string> {
    return (await this.post(this.fieldsOf($, changes)).expect(303)).headers['location']!;
  }

  async show(assignment: string): Promise<cheerio.CheerioAPI> {
    return cheerio.load((await this.test.ben.agent.get(assignment).expect(200)).text);
  }

  async settled(assignment: string): Promise<cheerio.CheerioAPI> {
    return until(
      () => this.show(assignment),
      ($) => $('main').attr('data-refresh-seconds') === undefined,
      settleMs,
    );
  }

  /** At Cal.com, the open ones alone. */
  openOf({ email }: { email: string }): Booking[] {
    return this.test.sandbox.state.bookings.filter(
      ({ attendees, status }) => attendees[0]!.email === email && ['accepted', 'pending'].includes(status),
    );
  }
}

export function idsOf(people: readonly { invitationId: string }[]): string[] {
  return people.map(({ invitationId }) => invitationId);
}

export function rowOf($: cheerio.CheerioAPI, { email }: Pick<LinkedCandidate, 'email'>): string {
  return $(`tbody tr:contains("${email}")`).text();
}

/** The instants that are proposed, by candidate. */
export function startsOf($: cheerio.CheerioAPI): Map<string, string> {
  const picks = valuesOf($, 'input[name="picks[]"]').map((value) => value.split(' ') as [string, string]);
  return new Map(picks.map(([invitationId, start]) => [invitationId, start]));
}

function valuesOf($: cheerio.CheerioAPI, selector: string): string[] {
  return $(selector)
    .map((_, input) => $(input).attr('value'))
    .get();
}
