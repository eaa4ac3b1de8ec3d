import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InvitationsService } from '../../../candidates/invitations.service.js';
import { Jobs } from '../../../jobs/jobs.service.js';
import { systemActor, type Actor } from '../../../shared/actor.js';
import { BookingsService } from '../bookings.service.js';
import { hindranceOf } from '../new/bookable-candidates.service.js';
import { unmadeInWords } from '../new/booking-words.js';
import { settledFailure } from '../work/settled-failure.js';
import type { Settlement, WorkJob } from '../work/work-rows.js';
import { assignmentQueue, AssignmentsService } from './assignments.service.js';
import type { BookingAssignment } from './booking-assignment.entity.js';

/** Books assigned times, one after the other, at the pace that the gateway keeps for the key. */
@Injectable()
export class BookAssignedTimesJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly assignments: AssignmentsService,
    private readonly invitations: InvitationsService,
    private readonly bookings: BookingsService,
  ) {}

  onModuleInit(): void {
    this.jobs.register<WorkJob>(assignmentQueue, (job) => this.work(job), { oneWaitingPerKey: true });
  }

  async work(job: WorkJob): Promise<void> {
    const actor = systemActor(job.orgId);
    const assignment = await this.assignments.find(actor, job.listId);
    if (assignment) {
      await this.assignments.rows.workOff(job, (invitationId) => this.book(actor, assignment, invitationId));
    }
  }

  private async book(actor: Actor, assignment: BookingAssignment, invitationId: string): Promise<Settlement> {
    const job = { orgId: actor.orgId, listId: assignment.id };
    const [row, invitation] = await Promise.all([
      this.assignments.findRow(job, invitationId),
      this.invitations.find(actor, invitationId),
    ]);
    const hindrance = row && invitation ? hindranceOf(invitation) : 'This candidate is gone';
    if (!row || !invitation || hindrance) {
      return { state: 'failed', reason: `${hindrance}.` };
    }
    const outcome = await this.bookings.book(actor, invitation, {
      eventTypeId: assignment.eventTypeId,
      lengthInMinutes: assignment.lengthInMinutes,
      start: row.startTime,
      timeZone: row.timeZone,
      onExisting: row.replaces.length > 0 ? 'replace' : 'reuse',
      replaces: row.replaces,
    });
    if (!outcome.ok) {
      return settledFailure(outcome.failure, unmadeInWords(outcome));
    }
    await this.assignments.noteBooking(job, invitationId, outcome.booking.bookingId);
    return { state: 'done', reason: null };
  }
}
