import { Controller, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../../accounts/orgs.service.js';
import { actsAs, type Actor } from '../../../shared/actor.js';
import { IdPipe } from '../../../web/id.pipe.js';
import { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { EventTypeChoicesService } from '../../event-type-choices.service.js';
import { plural } from '../../plural.js';
import { assignmentPath, assignmentView } from './assignment.view.js';
import { AssignmentsService } from './assignments.service.js';
import type { BookingAssignment } from './booking-assignment.entity.js';

/** Times that are being booked for several candidates, with what became of each. */
@Controller('app/scheduling/assignments/:id')
export class AssignmentsController {
  constructor(
    private readonly assignments: AssignmentsService,
    private readonly choices: EventTypeChoicesService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Page> {
    const assignment = await this.find(actor, id);
    const [rows, eventType, { timeZone }] = await Promise.all([
      this.assignments.listRows(actor, id),
      this.choices.describe(actor, assignment),
      this.orgs.find(actor),
    ]);
    const canAct = actsAs(actor, 'scheduler');
    const view = assignmentView({ id, eventType, rows, canAct, timeZone, now: new Date() });
    return new Page('scheduling/bookings/assignment', view);
  }

  /** The same times once more: none is booked that nobody checked. */
  @Needs('scheduler')
  @Post('retry')
  async retry(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.find(actor, id);
    const retried = await this.assignments.rows.retryFailed(actor, id);
    return new Redirect(
      assignmentPath(id),
      retried > 0
        ? { tone: 'good', strong: `${plural(retried, 'time')} will be tried again.` }
        : { tone: 'info', strong: 'Nothing had failed.' },
    );
  }

  @Needs('scheduler')
  @Post('cancellation')
  async stop(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.find(actor, id);
    const stopped = await this.assignments.rows.stop(actor, id);
    return new Redirect(
      assignmentPath(id),
      stopped > 0
        ? { tone: 'good', strong: `${plural(stopped, 'time')} ${stopped === 1 ? 'stays' : 'stay'} unbooked.` }
        : { tone: 'info', strong: 'There was nothing left to stop.' },
    );
  }

  private async find(actor: Actor, id: string): Promise<BookingAssignment> {
    const assignment = await this.assignments.find(actor, id);
    if (!assignment) {
      throw new NotFoundException();
    }
    return assignment;
  }
}
