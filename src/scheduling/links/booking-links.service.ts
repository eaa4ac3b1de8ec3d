import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity, recordForEach } from '../../activity/record-activity.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { orderedId } from '../../database/ordered-id.js';
import type { Actor } from '../../shared/actor.js';
import { isAhead } from '../bookings/booking-status.js';
import { candidateAddress } from './candidate-address.js';

const tokenBytes = 16;
const ensuredAtOnce = 10_000;

export type OnExisting = 'reuse' | 'replace';

export interface LinkChoice {
  readonly eventTypeId: number;
  readonly lengthInMinutes: number | null;
  readonly onExisting: OnExisting;
}

export interface MadeLink {
  readonly id: string;
  readonly invitationId: string;
  readonly status: 'linked' | 'reused';
  readonly url: string;
}

/** Makes and finds the candidates' personal links; no call to Cal.com, whatever their number. */
@Injectable()
export class BookingLinksService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * One open link of this event type for each invitation: the one there is, or a new one.
   * The ids must be the actor's own; `manager` joins a transaction of the caller's, which is noted as what it is.
   */
  async generate(
    actor: Actor,
    invitationIds: readonly string[],
    choice: LinkChoice,
    manager?: EntityManager,
  ): Promise<MadeLink[]> {
    if (!manager) {
      return this.dataSource.transaction(async (own) => {
        const links = await this.generate(actor, invitationIds, choice, own);
        const count = links.filter(({ status }) => status === 'linked').length;
        if (count > 0) {
          const { eventTypeId, onExisting } = choice;
          const after = { count, eventTypeId, ...(onExisting === 'replace' && { replacing: true }) };
          await recordActivity(own, actor, { action: 'links.made', after });
        }
        return links;
      });
    }
    const made = new Set(await this.make(manager, actor, invitationIds, choice));
    const rows = await manager.query<{ id: string; invitationId: string; token: string }[]>(
      `select id, invitation_id "invitationId", token from booking_links
        where org_id = $1 and event_type_id = $2 and invitation_id = any($3::uuid[]) and revoked_at is null`,
      [actor.orgId, choice.eventTypeId, invitationIds],
    );
    return rows.map(({ id, invitationId, token }) => ({
      id,
      invitationId,
      status: made.has(id) ? 'linked' : 'reused',
      url: candidateAddress(this.settings.publicUrl, token),
    }));
  }

  /** The same for any number of invitations: a few at a time, and none of the links is told. */
  async ensure(
    manager: EntityManager,
    actor: Actor,
    invitationIds: readonly string[],
    choice: LinkChoice,
  ): Promise<void> {
    for (let from = 0; from < invitationIds.length; from += ensuredAtOnce) {
      await this.make(manager, actor, invitationIds.slice(from, from + ensuredAtOnce), choice);
    }
  }

  /** How many of these invitations already have an open link of the type: what a replacement would revoke. */
  async countOpen(actor: Actor, invitationIds: readonly string[], eventTypeId: number): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `select count(*)::int count from booking_links
        where org_id = $1 and event_type_id = $2 and invitation_id = any($3::uuid[])
          and revoked_at is null and expires_at > clock_timestamp()`,
      [actor.orgId, eventTypeId, invitationIds],
    );
    return row!.count;
  }

  /** The ids of the links that were missing. */
  private async make(
    manager: EntityManager,
    actor: Actor,
    invitationIds: readonly string[],
    choice: LinkChoice,
  ): Promise<string[]> {
    await this.revokeStale(manager, actor, invitationIds, choice);
    const missing = await this.listMissing(manager, actor, invitationIds, choice);
    return missing.length > 0 ? this.insertMissing(manager, actor, missing, choice) : [];
  }

  /**
   * Expired links give way; on `replace` all of the type do, but never under a booking that is ahead. A mail that waits
   * with such a link does not leave.
   */
  private async revokeStale(
    manager: EntityManager,
    actor: Actor,
    invitationIds: readonly string[],
    choice: LinkChoice,
  ): Promise<void> {
    await manager.query(
      `with revoked as (
         update booking_links l set revoked_at = clock_timestamp()
          where l.org_id = $1 and l.event_type_id = $2 and l.invitation_id = any($3::uuid[]) and l.revoked_at is null
            and (l.expires_at <= clock_timestamp() or $4)
            and not exists (select 1 from cal_com_bookings b
                             where b.org_id = l.org_id and b.invitation_id = l.invitation_id
                               and ${isAhead('b')})
          returning l.id, l.invitation_id)
       update emails e set state = 'skipped', reason_code = 'no_link', state_at = clock_timestamp()
         from revoked
        where e.invitation_id = revoked.invitation_id and e.booking_link_id = revoked.id and e.state = 'queued'`,
      [actor.orgId, choice.eventTypeId, invitationIds, choice.onExisting === 'replace'],
    );
  }

  /** By id: what is looked up and written side by side is found sooner. */
  private async listMissing(
    manager: EntityManager,
    actor: Actor,
    invitationIds: readonly string[],
    { eventTypeId }: LinkChoice,
  ): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select i.id from unnest($3::uuid[]) picked (id) join invitations i on i.org_id = $1 and i.id = picked.id
        where i.erased_at is null
          and not exists (select 1 from booking_links l
                           where l.invitation_id = i.id and l.event_type_id = $2 and l.revoked_at is null)
        order by i.id`,
      [actor.orgId, eventTypeId, invitationIds],
    );
    return rows.map(({ id }) => id);
  }

  private async insertMissing(
    manager: EntityManager,
    actor: Actor,
    invitationIds: readonly string[],
    choice: LinkChoice,
  ): Promise<string[]> {
    const secrets = () => secretsFor(invitationIds.length);
    const rows = await manager.query<{ id: string; invitationId: string }[]>(
      `insert into booking_links (id, org_id, invitation_id, event_type_id, length_in_minutes, token, ref, expires_at)
       select ${orderedId}, $1, picked.invitation_id, $2, $3, picked.token, picked.ref,
              clock_timestamp() + make_interval(days => (select booking_link_days from orgs where id = $1))
         from unnest($4::uuid[], $5::text[], $6::text[]) picked (invitation_id, token, ref)
        where not exists (select 1 from invitations i where i.id = picked.invitation_id and i.erased_at is not null)
           on conflict (invitation_id, event_type_id) where revoked_at is null do nothing
       returning id, invitation_id "invitationId"`,
      [actor.orgId, choice.eventTypeId, choice.lengthInMinutes, invitationIds, secrets(), secrets()],
    );
    const linked = rows.map(({ invitationId }) => invitationId);
    await recordForEach(manager, actor, 'link.made', linked);
    return rows.map((row) => row.id);
  }
}

/** Random bytes cost most where each few are asked for apart. */
function secretsFor(count: number): string[] {
  const bytes = randomBytes(tokenBytes * count);
  return Array.from({ length: count }, (_, index) =>
    bytes.toString('base64url', index * tokenBytes, (index + 1) * tokenBytes),
  );
}
