import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Activities, type ActivityFilter, type NamedActivity } from '../../activity/activities.service.js';
import { recordActivity } from '../../activity/record-activity.js';
import type { Actor } from '../../shared/actor.js';
import { csvTimes } from '../../shared/csv.js';
import type { CsvContent } from '../../web/csv-file.js';
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

/** The list as a file. */
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

  content(actor: Actor, filter: ActivityFilter, zone: string): CsvContent<NamedActivity> {
    const local = csvTimes(zone);
    return { header, batches: this.activities.listAll(actor, filter), cells: (row) => cellsOf(row, local) };
  }
}

function cellsOf(row: NamedActivity, local: (at: Date) => string): (string | null)[] {
  const { at, who, whoId, action, subjectType, subjectId, invitationId, before, after } = row;
  return [
    at.toISOString(),
    local(at),
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
