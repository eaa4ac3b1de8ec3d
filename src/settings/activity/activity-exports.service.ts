import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Activities, type ActivityFilter, type NamedActivity } from '../../activity/activities.service.js';
import { recordActivity } from '../../activity/record-activity.js';
import type { Actor } from '../../shared/actor.js';
import { csvLine, csvOpening } from '../../shared/csv.js';
import { sentence, whoInWords } from '../../activity/activity-words.js';

const header = [
  'at',
  'local_time',
  'who',
  'who_kind',
  'who_id',
  'action',
  'sentence',
  'about',
  'about_id',
  'invitation_id',
  'before',
  'after',
];

/** The list as a file, written while it is read, so that its length costs no memory. */
@Injectable()
export class ActivityExports {
  constructor(
    private readonly dataSource: DataSource,
    private readonly activities: Activities,
  ) {}

  /** That somebody takes the list along is told by the list. */
  async note(actor: Actor): Promise<void> {
    await recordActivity(this.dataSource.manager, actor, { action: 'activity.exported' });
  }

  async *lines(actor: Actor, filter: ActivityFilter, zone: string): AsyncGenerator<string> {
    const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    yield csvOpening + csvLine(header);
    for await (const rows of this.activities.listAll(actor, filter)) {
      yield rows.map((row) => csvLine(cellsOf(row, local))).join('');
    }
  }
}

/** `2026-11-23 06:30:00` is what programs for tables take for a time. */
function cellsOf(row: NamedActivity, local: Intl.DateTimeFormat): (string | null)[] {
  const { at, who, whoId, action, subjectType, subjectId, invitationId, before, after } = row;
  return [
    at.toISOString(),
    local.format(at),
    whoInWords(row),
    who,
    whoId,
    action,
    sentence(row),
    subjectType,
    subjectId,
    invitationId,
    before && JSON.stringify(before),
    after && JSON.stringify(after),
  ];
}
