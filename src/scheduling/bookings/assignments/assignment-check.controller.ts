import { Body, Controller, Get, NotFoundException, Post, Query } from '@nestjs/common';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import type { Actor } from '../../../shared/actor.js';
import { isId } from '../../../web/id.pipe.js';
import { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { SelectionsService } from '../../candidates/selections.service.js';
import { EventTypeChoicesService } from '../../event-type-choices.service.js';
import { BookableCandidatesService } from '../new/bookable-candidates.service.js';
import { newBookingPath } from '../new/new-booking.view.js';
import { AssignmentCheckPageService } from './assignment-check-page.service.js';
import {
  dayFaults,
  mostAssigned,
  pickFaults,
  readAssignmentCheck,
  type AssignmentCheckForm,
} from './assignment-check.form.js';
import { assignmentPath } from './assignment.view.js';
import { AssignmentsService } from './assignments.service.js';

type Fields = Readonly<Record<string, unknown>>;

const noEventType = { tone: 'warn', strong: 'Cal.com has this event type no more.', text: 'Choose another.' } as const;

/** Times for those who are ticked: looked at first, and booked as they were shown. */
@Needs('scheduler')
@Controller('app/scheduling/assignments')
export class AssignmentCheckController {
  constructor(
    private readonly selections: SelectionsService,
    private readonly candidates: BookableCandidatesService,
    private readonly choices: EventTypeChoicesService,
    private readonly page: AssignmentCheckPageService,
    private readonly assignments: AssignmentsService,
  ) {}

  @Post()
  async post(@CurrentActor() actor: Actor, @Body() body: Fields): Promise<Page | Redirect> {
    return body['step'] === undefined
      ? this.begin(actor, body)
      : this.check(actor, readAssignmentCheck(body) ?? notFound(), body['step'] === 'book');
  }

  /** Once more for those whose time could not be booked. */
  @Get('new')
  async again(@CurrentActor() actor: Actor, @Query('failed_of') id: unknown): Promise<Page | Redirect> {
    const assignment = (isId(id) && (await this.assignments.find(actor, id))) || notFound();
    const rows = await this.assignments.listRows(actor, assignment.id);
    const failed = rows.filter(({ state }) => state === 'failed').map(({ invitationId }) => invitationId);
    if (failed.length === 0) {
      return new Redirect(assignmentPath(assignment.id), { tone: 'info', strong: 'Nothing has failed.' });
    }
    const { eventTypeId, lengthInMinutes } = assignment;
    const eventType = await this.choices.choose(actor, [eventTypeId, lengthInMinutes ?? []].flat().join(':'));
    return eventType
      ? this.page.show(actor, { ids: failed, eventType }, { status: 200 })
      : new Redirect('/app/scheduling', noEventType);
  }

  /** From the main page: the one who is ticked alone chooses among all times. */
  private async begin(actor: Actor, body: Fields): Promise<Page | Redirect> {
    const selected = await this.selections.read(actor, body, mostAssigned);
    if (selected instanceof Page) {
      return selected;
    }
    const { ids, form } = selected;
    const [only] = ids;
    if (only && ids.length === 1) {
      return new Redirect(`${newBookingPath(only)}?${new URLSearchParams({ event_type_id: form.eventType })}`);
    }
    const eventType = (await this.choices.choose(actor, form.eventType)) ?? notFound();
    return this.page.show(actor, { ids, eventType });
  }

  private async check(actor: Actor, form: AssignmentCheckForm, isBooking: boolean): Promise<Page | Redirect> {
    const candidates = (await this.candidates.list(actor, form.ids)) ?? notFound();
    const eventType = await this.choices.choose(actor, form.eventType);
    const zones = new Map(candidates.map(({ invitation, timeZone }) => [invitation.id, timeZone]));
    if (!form.picked.every(({ invitationId }) => zones.has(invitationId))) {
      notFound();
    }
    if (!eventType) {
      return new Redirect('/app/scheduling', noEventType);
    }
    const errors = isBooking ? pickFaults(form.picked, candidates, eventType, new Date()) : dayFaults(form.notBefore);
    if (!isBooking || errors.length > 0) {
      return this.page.show(actor, { ids: form.ids, eventType }, { form, errors });
    }
    const picked = form.picked.map((pick) => ({ ...pick, timeZone: zones.get(pick.invitationId)! }));
    const { id } = await this.assignments.begin(actor, eventType, picked);
    return new Redirect(assignmentPath(id));
  }
}

function notFound(): never {
  throw new NotFoundException();
}
