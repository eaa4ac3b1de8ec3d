import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordActivity } from '../../../activity/record-activity.js';
import { actsAs, type Actor } from '../../../shared/actor.js';
import { CandidateNote } from './candidate-note.entity.js';

/** `gone`: it was deleted before. */
export type NoteDeletion = 'deleted' | 'gone' | 'not_own' | 'unknown';

/** What is written down about candidates. What a note says stands in the note alone, so that it can be forgotten. */
@Injectable()
export class CandidateNotesService {
  constructor(private readonly dataSource: DataSource) {}

  /** `false`: the organization has no such candidate. */
  async add(actor: Actor, invitationId: string, text: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const [note] = await manager.query<{ id: string }[]>(
        `insert into candidate_notes (org_id, invitation_id, user_id, text)
         select org_id, id, $3, $4 from invitations where org_id = $1 and id = $2 returning id`,
        [actor.orgId, invitationId, actor.userId, text],
      );
      if (note) {
        const subject = { type: 'note', id: note.id } as const;
        await recordActivity(manager, actor, { action: 'note.added', subject, invitationId });
      }
      return note !== undefined;
    });
  }

  /** Whoever wrote it, or an admin. `unknown`: the organization has no such candidate. */
  async delete(actor: Actor, invitationId: string, id: string): Promise<NoteDeletion> {
    return this.dataSource.transaction(async (manager) => {
      const place = { orgId: actor.orgId, invitationId, id };
      const note = await manager.findOne(CandidateNote, { where: place, lock: { mode: 'pessimistic_write' } });
      if (!note) {
        const known = await manager.query<unknown[]>('select 1 from invitations where org_id = $1 and id = $2', [
          actor.orgId,
          invitationId,
        ]);
        return known.length > 0 ? 'gone' : 'unknown';
      }
      if (!mayDeleteNote(actor, note)) {
        return 'not_own';
      }
      await manager.delete(CandidateNote, place);
      const subject = { type: 'note', id } as const;
      await recordActivity(manager, actor, { action: 'note.deleted', subject, invitationId });
      return 'deleted';
    });
  }
}

export function mayDeleteNote(actor: Actor, { userId }: Pick<CandidateNote, 'userId'>): boolean {
  const isOwn = userId !== null && userId === actor.userId;
  return actsAs(actor, isOwn ? 'scheduler' : 'admin');
}
