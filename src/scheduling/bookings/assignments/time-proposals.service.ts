import { Injectable } from '@nestjs/common';
import type { DateTime } from 'luxon';
import type { Actor } from '../../../shared/actor.js';
import type { ChosenEventType } from '../../event-type-choices.service.js';
import { fittingTimes } from '../../free-times/fitting.js';
import type { OnExisting } from '../../links/booking-links.service.js';
import type { BookableCandidate } from '../new/bookable-candidates.service.js';
import { OfferedTimesService } from '../times/offered-times.service.js';
import { AssignmentsService } from './assignments.service.js';

/** `start`: the time that is proposed, or null where there is none or none is wanted. */
export interface Proposal {
  readonly candidate: BookableCandidate;
  readonly wanted: boolean;
  readonly start: Date | null;
}

export interface Proposals {
  readonly rows: readonly Proposal[];
  /** Free times were looked for up to here. */
  readonly until: DateTime;
  /** Why Cal.com did not tell them all. */
  readonly trouble: string | null;
}

const daysAtOnce = 31;
const mostLooks = 3;

/** Proposes the next free times, one for each candidate; nothing is booked. */
@Injectable()
export class TimeProposalsService {
  constructor(
    private readonly times: OfferedTimesService,
    private readonly assignments: AssignmentsService,
  ) {}

  /** The earliest to the first candidate, and no two that overlap. */
  async propose(
    actor: Actor,
    candidates: readonly BookableCandidate[],
    eventType: ChosenEventType,
    { notBefore, onExisting }: { notBefore: DateTime; onExisting: OnExisting },
  ): Promise<Proposals> {
    const isWanted = ({ open, hindrance }: BookableCandidate) =>
      hindrance === '' && (open.length === 0 || onExisting === 'replace');
    const count = candidates.filter(isWanted).length;
    const found = await this.findTimes(actor, eventType, notBefore, count);
    const times = found.times.values();
    const rows = candidates.map((candidate) => {
      const wanted = isWanted(candidate);
      return { candidate, wanted, start: wanted ? (times.next().value ?? null) : null };
    });
    return { ...found, rows };
  }

  private async findTimes(
    actor: Actor,
    eventType: ChosenEventType,
    from: DateTime,
    count: number,
  ): Promise<{ times: Date[]; until: DateTime; trouble: string | null }> {
    const isTaken = takenBy(await this.assignments.listTaken(actor, eventType.eventTypeId), eventType.minutes);
    const free: Date[] = [];
    let times: Date[] = [];
    let until = from;
    for (let look = 0; look < mostLooks && times.length < count; look += 1) {
      const offered = await this.times.list(actor, eventType, until, daysAtOnce);
      if (offered.trouble !== null) {
        return { times, until, trouble: offered.trouble };
      }
      free.push(...offered.times.filter((start) => !isTaken(start)));
      times = fittingTimes(free, eventType.minutes);
      until = until.plus({ days: daysAtOnce });
    }
    return { times, until, trouble: null };
  }
}

function takenBy(
  taken: readonly { readonly start: Date; readonly end: Date | null }[],
  minutes: number,
): (start: Date) => boolean {
  const lengthMs = minutes * 60_000;
  const spans = taken.map(({ start, end }) => ({
    from: start.getTime(),
    to: end?.getTime() ?? start.getTime() + lengthMs,
  }));
  return (start) => spans.some(({ from, to }) => start.getTime() < to && start.getTime() + lengthMs > from);
}
