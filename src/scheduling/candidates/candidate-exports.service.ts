import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordActivity } from '../../activity/record-activity.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { Actor } from '../../shared/actor.js';
import { csvTimes } from '../../shared/csv.js';
import type { CsvContent } from '../../web/csv-file.js';
import { candidateAddress } from '../links/candidate-address.js';
import type { CandidateFilter } from './candidate-filter.js';
import { CandidateListService, type ListedCandidate } from './candidate-list.service.js';

const header = [
  'name',
  'email',
  'assessment',
  'status',
  'scheduling_status',
  'booking_link',
  'interview_start',
  'interview_end',
  'local_start',
  'local_end',
  'local_time_zone',
  'last_mail',
  'last_mail_at',
];

/** The list of the Scheduling page as a file. */
@Injectable()
export class CandidateExports {
  constructor(
    private readonly dataSource: DataSource,
    private readonly list: CandidateListService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Before the first line leaves: whom somebody takes along is told even if the file breaks off. */
  async note(actor: Actor, filter: CandidateFilter): Promise<void> {
    const count = await this.list.countAll(actor, filter);
    const after = { count, ...facts(filter) };
    await recordActivity(this.dataSource.manager, actor, { action: 'candidates.exported', after });
  }

  content(actor: Actor, filter: CandidateFilter, zone: string): CsvContent<ListedCandidate> {
    const local = csvTimes(zone);
    return {
      header,
      batches: this.list.listAll(actor, filter),
      cells: (candidate) => [
        candidate.name,
        candidate.email,
        candidate.assessmentTitle,
        candidate.status,
        candidate.schedulingStatus,
        candidate.linkToken && candidateAddress(this.settings.publicUrl, candidate.linkToken),
        ...interviewCells(candidate, local, zone),
        candidate.mailState,
        candidate.mailedAt && candidate.mailedAt.toISOString(),
      ],
    };
  }
}

/** Of an open booking alone: the hour of a cancelled one would read like an appointment. */
function interviewCells(
  { schedulingStatus, startTime, endTime }: ListedCandidate,
  local: (at: Date) => string,
  zone: string,
): (string | null)[] {
  return schedulingStatus === 'booked' && startTime && endTime
    ? [startTime.toISOString(), endTime.toISOString(), local(startTime), local(endTime), zone]
    : [null, null, null, null, null];
}

/** What was searched for may be a name or an address, so only that something was. */
function facts(filter: CandidateFilter): Record<string, unknown> {
  const { assessmentId, statuses, schedulingStatus, needsAttention, notBookedForDays, q } = filter;
  return {
    ...(assessmentId && { assessmentId }),
    ...(statuses.length > 0 && { statuses }),
    ...(schedulingStatus && { schedulingStatus }),
    ...(needsAttention && { needsAttention }),
    ...(notBookedForDays && { notBookedForDays }),
    ...(q && { searchedByText: true }),
  };
}
