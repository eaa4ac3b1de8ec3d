import { Body, Controller, NotFoundException, Param, Post } from '@nestjs/common';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import type { Actor } from '../../../shared/actor.js';
import { IdPipe, isId } from '../../../web/id.pipe.js';
import { Redirect } from '../../../web/redirect.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { BookingAttachmentsService } from '../sync/booking-attachments.service.js';

const inbox = '/app/bookings?show=unmatched';

/** A person says whose a booking is, that it is nobody's, or takes it back. */
@Needs('scheduler')
@Controller('app/bookings/:id')
export class AttachmentController {
  constructor(
    private readonly records: BookingRecordsService,
    private readonly attachments: BookingAttachmentsService,
  ) {}

  @Post('candidate')
  async attach(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body('invitation_id') invitationId: unknown,
  ): Promise<Redirect> {
    const bookingId = await this.uidOf(actor, id);
    const attached = isId(invitationId) ? await this.attachments.attach(actor, bookingId, invitationId) : null;
    if (!attached) {
      throw new NotFoundException();
    }
    const text = 'It stands with the candidate’s other bookings now.';
    return new Redirect(`/app/bookings/${id}`, { tone: 'good', strong: 'The booking has its candidate.', text });
  }

  @Post('set-aside')
  async setAside(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.attachments.setAside(actor, await this.uidOf(actor, id));
    const text = 'It stays as it is at Cal.com. You can put it back below.';
    return new Redirect(inbox, { tone: 'good', strong: 'The booking is put aside.', text });
  }

  @Post('inbox')
  async putBack(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.attachments.putBack(actor, await this.uidOf(actor, id));
    const text = 'The next look at Cal.com decides whose it is, if it can.';
    return new Redirect(inbox, { tone: 'good', strong: 'The booking is nobody’s again.', text });
  }

  private async uidOf(actor: Actor, id: string): Promise<string> {
    const booking = await this.records.findById(actor, id);
    if (!booking) {
      throw new NotFoundException();
    }
    return booking.bookingId;
  }
}
