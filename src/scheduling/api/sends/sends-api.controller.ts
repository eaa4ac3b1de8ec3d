import { Body, Controller, Get, NotFoundException, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import { EmailService } from '../../../email/email.service.js';
import type { Actor } from '../../../shared/actor.js';
import { IdPipe } from '../../../web/id.pipe.js';
import { emailInWords, reasonOf } from '../../sends/email-in-words.js';
import { troubledStates } from '../../sends/send-badges.js';
import { SendsService, type SendEmail } from '../../sends/sends.service.js';
import { Reads, Writes } from '../api.decorators.js';
import { mostIds } from '../id-list.decorator.js';
import { PayloadPipe } from '../payload.pipe.js';
import { SendEmailsPayload } from './send-emails.payload.js';
import { SendEmailsService } from './send-emails.service.js';
import { SendQuery } from './send.query.js';
import { QueuedSendAnswer, SendAnswer } from './sends.answer.js';

@ApiTags('Sends')
@Controller('api/admin/scheduling')
export class SendsApiController {
  constructor(
    private readonly sending: SendEmailsService,
    private readonly sends: SendsService,
    private readonly emails: EmailService,
  ) {}

  @Post('send-emails')
  @Writes({
    does: 'Sends invitations to book',
    more: 'Each gets the newest open link, or a new one. Who is booked, declined, opted out, suppressed, mailed a few days ago or has a mail under way is skipped. Mails leave once the organization’s undo window is over.',
    status: 202,
    answer: QueuedSendAnswer,
    problems: [502, 503],
  })
  async send(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Body(PayloadPipe) payload: SendEmailsPayload,
  ): Promise<QueuedSendAnswer> {
    const { key = null, begunSendId = null } = request.idempotency ?? {};
    const id =
      begunSendId ?? (await this.sending.send(actor, payload, { replyTo: request.person?.email ?? null, key })).id;
    const sent = await this.sends.find(actor, id);
    const skipped = await this.sends.listEmails(actor, id, { states: ['skipped'], limit: mostIds });
    return {
      send_id: id,
      status_url: `/api/admin/scheduling/sends/${id}`,
      queued: Object.entries(sent!.counts).reduce((sum, [state, n]) => (state === 'skipped' ? sum : sum + n!), 0),
      skipped: skipped.map((email) => ({ invitation_id: email.invitationId!, reason: email.reasonCode! })),
    };
  }

  @Get('sends/:send_id')
  @Reads({ does: 'Shows what became of a send', answer: SendAnswer, problems: [422] })
  async show(
    @CurrentActor() actor: Actor,
    @Param('send_id', IdPipe) id: string,
    @Query(PayloadPipe) { cursor, limit }: SendQuery,
  ): Promise<SendAnswer> {
    const found = await this.sends.find(actor, id);
    if (!found) {
      throw new NotFoundException();
    }
    const query = { afterPosition: Number(cursor ?? 0), limit: limit + 1 };
    const [emails, pause] = await Promise.all([this.sends.listEmails(actor, id, query), this.emails.currentPause()]);
    const page = emails.slice(0, limit);
    return {
      send_id: id,
      state: found.send.state(found.counts, new Date(), { paused: pause !== null, capped: found.capped }),
      counts: found.counts,
      emails: page.map(emailAnswer),
      next_cursor: emails.length > limit ? String(page.at(-1)!.position) : null,
    };
  }
}

function emailAnswer(email: SendEmail): SendAnswer['emails'][number] {
  return {
    email_id: email.id,
    invitation_id: email.invitationId,
    to: email.toAddress,
    state: email.state,
    error: troubledStates.includes(email.state) ? emailInWords(email) : reasonOf(email),
  };
}
