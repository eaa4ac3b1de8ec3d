import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { Actor } from '../../shared/actor.js';
import { candidateAddress } from '../links/candidate-address.js';

export interface OpenLink {
  readonly eventTypeId: number;
  readonly lengthInMinutes: number | null;
  readonly url: string;
}

/** The links that candidates could open right now. */
@Injectable()
export class OpenLinksService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Newest first. */
  async list(actor: Actor, invitationId: string): Promise<OpenLink[]> {
    const rows = await this.dataSource.query<{ token: string; eventTypeId: number; lengthInMinutes: number | null }[]>(
      `select token, event_type_id::float8 "eventTypeId", length_in_minutes "lengthInMinutes" from booking_links
        where org_id = $1 and invitation_id = $2 and revoked_at is null and expires_at > clock_timestamp()
        order by created_at desc`,
      [actor.orgId, invitationId],
    );
    return rows.map(({ token, ...link }) => ({ ...link, url: candidateAddress(this.settings.publicUrl, token) }));
  }

  /** How many of these have no open link at all. */
  async countWithout(actor: Actor, invitationIds: readonly string[]): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `select count(*)::int count from unnest($2::uuid[]) picked (id)
        where not exists (select 1 from booking_links l where l.org_id = $1 and l.invitation_id = picked.id
                             and l.revoked_at is null and l.expires_at > clock_timestamp())`,
      [actor.orgId, invitationIds],
    );
    return row!.count;
  }
}
