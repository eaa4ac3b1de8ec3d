import type { NestExpressApplication } from '@nestjs/platform-express';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { CalComConfigsService } from './cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from './cal-com/cal-com-event-types.service.js';
import { CalComService } from './cal-com/cal-com.service.js';
import { InvitationsService } from './candidates/invitations.service.js';
import { seedCandidates } from './candidates/seed-candidates.js';
import { BookingsService } from './scheduling/bookings/bookings.service.js';
import { BookingLinksService } from './scheduling/links/booking-links.service.js';
import { SendDispatchService } from './scheduling/sends/send-dispatch.service.js';
import { SendDraftsService } from './scheduling/sends/send-drafts.service.js';
import { systemActor, type Actor } from './shared/actor.js';

const sentTo = 16;
const bookedBy = 4;
const openedBy = 9;
const linkReadyFor = 8;
const dayMs = 24 * 60 * 60 * 1000;
const settleMs = 10_000;

/**
 * One lively organization for a newcomer to look at: candidates, links, a send of three days ago with every outcome,
 * bookings at the sandbox. Does nothing where there are candidates already.
 */
export async function seedDemo(app: NestExpressApplication): Promise<void> {
  const database = app.get(DataSource);
  const [org] = await database.query<{ id: string }[]>('select id from orgs order by created_at limit 1');
  const actor = systemActor(org!.id);
  const [already] = await database.query<unknown[]>('select 1 from invitations where org_id = $1 limit 1', [
    actor.orgId,
  ]);
  if (already) {
    return;
  }
  await database.query(`update users set name = 'Asha Menon' where name = 'Admin'`);
  await database.query(`update orgs set time_zone = 'Europe/Berlin' where id = $1`, [actor.orgId]);
  await seedCandidates(database, actor, new Date());
  await new DemoStory(app, database, actor).tell();
}

class DemoStory {
  constructor(
    private readonly app: NestExpressApplication,
    private readonly database: DataSource,
    private readonly actor: Actor,
  ) {}

  async tell(): Promise<void> {
    const known = await this.get(CalComEventTypesService).list(this.actor);
    const eventTypeId = known.defaultEventTypeId;
    if (!eventTypeId) {
      return;
    }
    const handedIn = await this.handedIn(sentTo + linkReadyFor);
    await this.send(handedIn.slice(0, sentTo), eventTypeId);
    await this.open(handedIn.slice(0, openedBy));
    await this.book(handedIn.slice(0, bookedBy), eventTypeId);
    await this.get(BookingLinksService).generate(this.actor, handedIn.slice(sentTo), {
      eventTypeId,
      lengthInMinutes: null,
      onExisting: 'reuse',
    });
  }

  private async handedIn(count: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `select id from invitations where org_id = $1 and status in ('submitted', 'reviewed')
        order by md5(name) limit $2`,
      [this.actor.orgId, count],
    );
    return rows.map((row) => row.id);
  }

  /** Sent three days ago, by the way that all mails go; one address was refused. */
  private async send(invitationIds: readonly string[], eventTypeId: number): Promise<void> {
    const choice = { eventTypeId, lengthInMinutes: null, replyTo: 'asha@acme.example' };
    const [asha] = await this.database.query<{ id: string }[]>('select id from users order by created_at limit 1');
    const send = await this.get(SendDraftsService).draft({ ...this.actor, userId: asha!.id }, invitationIds, choice);
    await this.get(SendDispatchService).dispatch(this.actor, send, send.revision);
    await this.database.query('update emails set due_at = now() where send_id = $1', [send.id]);
    await this.database.query('update sends set due_at = now() where id = $1', [send.id]);
    await this.settled(send.id);
    await this.database.query(
      `update emails set sent_at = sent_at - interval '3 days', state_at = state_at - interval '3 days' where send_id = $1`,
      [send.id],
    );
    await this.database.query(
      `update email_events set at = at - interval '3 days' where email_id in (select id from emails where send_id = $1)`,
      [send.id],
    );
    await this.database.query(
      `update sends set created_at = created_at - interval '3 days', dispatched_at = dispatched_at - interval '3 days',
              due_at = due_at - interval '3 days' where id = $1`,
      [send.id],
    );
    await this.database.query(
      `update booking_links set created_at = created_at - interval '3 days' where invitation_id = any($1)`,
      [invitationIds],
    );
    await this.database.query(
      `update emails set state = 'failed', reason_code = 'refused', reason = 'The mail service refused this address.'
        where send_id = $1 and invitation_id = $2`,
      [send.id, invitationIds.at(-1)],
    );
  }

  private async settled(sendId: string): Promise<void> {
    for (const deadline = Date.now() + settleMs; Date.now() < deadline; await pause(100)) {
      const [left] = await this.database.query<unknown[]>(
        `select 1 from emails where send_id = $1 and state in ('queued', 'sending') limit 1`,
        [sendId],
      );
      if (!left) {
        return;
      }
    }
  }

  private async open(invitationIds: readonly string[]): Promise<void> {
    await this.database.query(
      `update booking_links set open_count = 1 + ascii(token) % 4, last_opened_at = now() - make_interval(hours => ascii(token) % 60)
        where invitation_id = any($1)`,
      [invitationIds],
    );
  }

  private async book(invitationIds: readonly string[], eventTypeId: number): Promise<void> {
    const connection = await this.get(CalComConfigsService).connection(this.actor);
    const [from, to] = [new Date(Date.now() + dayMs), new Date(Date.now() + 14 * dayMs)];
    const slots =
      connection &&
      (await this.get(CalComService).listSlots(connection, {
        eventTypeId,
        start: from,
        end: to,
        timeZone: 'Europe/Berlin',
      }));
    if (!slots?.ok) {
      return;
    }
    for (const [index, id] of invitationIds.entries()) {
      const invitation = await this.get(InvitationsService).find(this.actor, id);
      const slot = slots.value[index * 9 + 3];
      if (invitation && slot) {
        const timeZone = invitation.timeZone ?? 'Europe/Berlin';
        const wish = { eventTypeId, lengthInMinutes: null, start: slot.start, timeZone, onExisting: 'reuse' as const };
        const booked = await this.get(BookingsService).book(this.actor, invitation, wish);
        if (booked.ok && index === invitationIds.length - 1) {
          await this.get(BookingsService).cancel(this.actor, booked.booking.bookingId, 'Not available any more.');
        }
      }
    }
  }

  private get<Service>(type: new (...dependencies: never[]) => Service): Service {
    return this.app.get<Service>(type, { strict: false });
  }
}
