import { Body, Controller, Get, NotFoundException, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../../accounts/orgs.service.js';
import { defaultCancellationReason } from '../../../cal-com/cal-com.service.js';
import { actsAs, type Actor } from '../../../shared/actor.js';
import type { Flash } from '../../../web/flash.js';
import { readForm, type FieldError } from '../../../web/forms.js';
import { IdPipe, isId } from '../../../web/id.pipe.js';
import { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { plural } from '../../plural.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { ReinvitationsService } from '../changes/reinvitations.service.js';
import { CancellationForm } from '../one/cancellation.form.js';
import { bulkActionView, bulkCheckView, skippedBecause } from './bulk-action.view.js';
import { bulkKinds, type BulkKind } from './bulk-action.entity.js';
import { BulkActionsService, type BulkRow } from './bulk-actions.service.js';

type Fields = Readonly<Record<string, unknown>>;

const mostBookings = 500;
const path = '/app/bookings/bulk-actions';

/** One thing done with many bookings: asked first, then one after the other, with what became of each. */
@Controller('app/bookings/bulk-actions')
export class BulkActionsController {
  constructor(
    private readonly actions: BulkActionsService,
    private readonly records: BookingRecordsService,
    private readonly reinvitations: ReinvitationsService,
    private readonly orgs: OrgsService,
  ) {}

  @Needs('scheduler')
  @Post()
  async begin(@CurrentActor() actor: Actor, @Req() request: Request, @Body() body: Fields): Promise<Page | Redirect> {
    const ids = readIds(body);
    if (ids.length === 0) {
      return new Redirect('/app/bookings', {
        tone: 'warn',
        strong: 'Nothing is ticked.',
        text: 'Tick bookings first.',
      });
    }
    const rows = (await this.actions.preview(actor, ids)) ?? notFound();
    if (body['kind'] === 'invite') {
      return this.invite(actor, ids, request.person?.email ?? null);
    }
    const kind = bulkKinds.find((each) => each === body['kind']) ?? notFound();
    if (body['asked'] !== 'yes') {
      return this.check(actor, kind, rows, { reason: defaultCancellationReason, errors: [] });
    }
    const read = readForm(CancellationForm, kind === 'cancel' ? body : { cancellation_reason: 'none' });
    const wanted = rows.filter((row) => !skippedBecause(row, kind, new Date())).map(({ bookingId }) => bookingId);
    if (!read.ok || wanted.length === 0) {
      const errors = read.ok ? [{ field: 'booking_ids', message: 'All of these are skipped.' }] : read.errors;
      return this.check(actor, kind, rows, { reason: String(read.form.cancellation_reason ?? ''), errors });
    }
    const reason = kind === 'cancel' ? read.form.cancellation_reason : '';
    const action = await this.actions.begin(actor, kind, wanted, reason);
    return new Redirect(`${path}/${action.id}`);
  }

  @Get(':id')
  async show(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Page> {
    const action = (await this.actions.find(actor, id)) ?? notFound();
    const [rows, { timeZone }] = await Promise.all([this.actions.listRows(actor, id), this.orgs.find(actor)]);
    const canAct = actsAs(actor, 'scheduler');
    const view = bulkActionView({ action, rows, timeZone, canAct, now: new Date() });
    return new Page('scheduling/bookings/bulk-show', view);
  }

  @Needs('scheduler')
  @Post(':id/retry')
  async retry(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    if (!(await this.actions.find(actor, id))) {
      notFound();
    }
    const retried = await this.actions.rows.retryFailed(actor, id);
    const strong = retried > 0 ? `${plural(retried, 'booking')} will be tried again.` : 'Nothing had failed.';
    return new Redirect(`${path}/${id}`, { tone: retried > 0 ? 'good' : 'info', strong });
  }

  @Needs('scheduler')
  @Post(':id/cancellation')
  async stop(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    if (!(await this.actions.find(actor, id))) {
      notFound();
    }
    return new Redirect(`${path}/${id}`, stoppedInWords(await this.actions.rows.stop(actor, id)));
  }

  private async check(
    actor: Actor,
    kind: BulkKind,
    rows: readonly BulkRow[],
    { reason, errors }: { reason: string; errors: readonly FieldError[] },
  ): Promise<Page> {
    const { timeZone } = await this.orgs.find(actor);
    const view = bulkCheckView({ kind, rows, reason, errors, timeZone, now: new Date() });
    return new Page('scheduling/bookings/bulk-check', view, 422);
  }

  /** Drafts to look at, one for each event type: who is skipped stands there with the reason. */
  private async invite(actor: Actor, ids: readonly string[], replyTo: string | null): Promise<Redirect> {
    const bookings = await this.records.listByIds(actor, ids);
    const { sendIds, refused } = await this.reinvitations.inviteAll(actor, bookings, replyTo);
    const text =
      refused > 0
        ? `${plural(refused, 'booking')} could not be taken in: its event type is gone, or it is nobody’s.`
        : '';
    const [only] = sendIds;
    if (!only) {
      return new Redirect('/app/bookings', { tone: 'warn', strong: 'Nobody can be invited again.', text });
    }
    const strong =
      sendIds.length === 1
        ? 'Nothing has been sent yet.'
        : `${sendIds.length} drafts are ready, one for each event type.`;
    return new Redirect(sendIds.length === 1 ? `/app/sends/${only}` : '/app/sends?show=drafts', {
      tone: 'info',
      strong,
      text,
    });
  }
}

function readIds(body: Fields): string[] {
  const raw = body['booking_ids'] ?? body['booking_ids[]'] ?? [];
  const ids = typeof raw === 'object' && raw !== null ? Object.values(raw) : [raw];
  return ids.every(isId) && ids.length <= mostBookings ? [...new Set(ids.map((id) => id.toLowerCase()))] : notFound();
}

function stoppedInWords(stopped: number): Flash {
  return stopped > 0
    ? { tone: 'good', strong: `${plural(stopped, 'booking')} ${stopped === 1 ? 'stays' : 'stay'} as before.` }
    : { tone: 'info', strong: 'There was nothing left to stop.' };
}

function notFound(): never {
  throw new NotFoundException();
}
