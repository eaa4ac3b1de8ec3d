import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OrgsService } from '../../accounts/orgs.service.js';
import type { AssessmentNotes } from '../../candidates/assessment-notes.js';
import { actsAs, type Actor } from '../../shared/actor.js';
import { retentionOfClosed, retentionPath } from './retention-notices.service.js';
import { announcement } from './retention.view.js';

/** What is announced, for the list of assessments. */
@Injectable()
export class RetentionNotes implements AssessmentNotes {
  constructor(
    private readonly dataSource: DataSource,
    private readonly orgs: OrgsService,
  ) {}

  async list(actor: Actor) {
    const rows = await this.dataSource.query<{ id: string; candidates: number; eraseAt: Date }[]>(
      `select a.id, r.candidates, r.erase_at "eraseAt" from assessments a join ${retentionOfClosed}
        where a.org_id = $1 and r.noticed_at is not null`,
      [actor.orgId],
    );
    const { timeZone } = await this.orgs.find(actor);
    return new Map(
      rows.map(({ id, candidates, eraseAt }) => [
        id,
        {
          text: announcement(candidates, eraseAt, timeZone),
          href: actsAs(actor, 'admin') ? `${retentionPath}/assessments/${id}` : null,
        },
      ]),
    );
  }
}
