import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OrgsService } from '../../../accounts/orgs.service.js';
import type { Actor } from '../../../shared/actor.js';
import { fullTime } from '../../../shared/zoned-time.js';
import { Page } from '../../../web/page.js';
import { plural } from '../../plural.js';

interface Remains {
  readonly erasedAt: Date;
  readonly assessment: string;
  readonly mails: number;
  readonly bookings: number;
  readonly links: number;
}

/** What is left of a candidate who was erased: that they were there, and how much. */
@Injectable()
export class ErasedCandidatePageService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly orgs: OrgsService,
  ) {}

  /** `null`: the organization has no such candidate. */
  async show(actor: Actor, invitationId: string): Promise<Page | null> {
    const remains = await this.find(actor, invitationId);
    if (!remains) {
      return null;
    }
    const { timeZone } = await this.orgs.find(actor);
    const { erasedAt, assessment, mails, bookings, links } = remains;
    return new Page('scheduling/candidates/erased', {
      title: 'An erased candidate',
      sub: `Their data was erased on ${fullTime(erasedAt, timeZone)}.`,
      back: { href: '/app/scheduling', label: 'Scheduling' },
      facts: [assessment, plural(mails, 'mail'), plural(links, 'booking link'), plural(bookings, 'booking')],
    });
  }

  private async find({ orgId }: Actor, invitationId: string): Promise<Remains | null> {
    const [remains] = await this.dataSource.query<Remains[]>(
      `select i.erased_at "erasedAt", a.title assessment,
              (select count(*)::int from emails e where e.invitation_id = i.id and e.sent_at is not null) mails,
              (select count(*)::int from cal_com_bookings b where b.invitation_id = i.id) bookings,
              (select count(*)::int from booking_links l where l.invitation_id = i.id) links
         from invitations i join assessments a on a.id = i.assessment_id
        where i.org_id = $1 and i.id = $2 and i.erased_at is not null`,
      [orgId, invitationId],
    );
    return remains ?? null;
  }
}
