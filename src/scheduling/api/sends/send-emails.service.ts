import { Injectable, NotFoundException } from '@nestjs/common';
import type { Invitation } from '../../../candidates/invitation.entity.js';
import { InvitationsService } from '../../../candidates/invitations.service.js';
import { EmailTemplatesService } from '../../../email/email-templates.service.js';
import type { Actor } from '../../../shared/actor.js';
import { parseMailTemplate } from '../../../templating/mail/parse-mail-template.js';
import { SendDispatchService } from '../../sends/send-dispatch.service.js';
import { SendDraftsService, type DraftChoice } from '../../sends/send-drafts.service.js';
import type { Send } from '../../sends/send.entity.js';
import { EventTypeLookupService } from '../event-type-lookup.service.js';
import { IdempotencyKeysService } from '../idempotency/idempotency-keys.service.js';
import { OpenLinksService, type OpenLink } from '../open-links.service.js';
import { refusal } from '../payload.pipe.js';
import type { SendEmailsPayload } from './send-emails.payload.js';

type LinkChoice = Pick<DraftChoice, 'eventTypeId' | 'lengthInMinutes' | 'anyOpenLink'>;

/** A draft and its dispatch in one: nobody looks at it in between. */
@Injectable()
export class SendEmailsService {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly eventTypes: EventTypeLookupService,
    private readonly openLinks: OpenLinksService,
    private readonly templates: EmailTemplatesService,
    private readonly drafts: SendDraftsService,
    private readonly dispatches: SendDispatchService,
    private readonly keys: IdempotencyKeysService,
  ) {}

  /** `key`: of the request, which starts one send at most; null where it has none. */
  async send(
    actor: Actor,
    payload: SendEmailsPayload,
    { replyTo, key }: { replyTo: string | null; key: string | null },
  ): Promise<Send> {
    const invitations = await this.invitations.findMany(actor, payload.invitation_ids);
    if (!invitations) {
      throw new NotFoundException();
    }
    await this.eventTypes.requireConnection(actor);
    const content = await this.checkContent(actor, payload);
    const links = await this.chooseLinks(actor, invitations, payload);
    const send = await this.drafts.draft(
      actor,
      invitations.map(({ id }) => id),
      { ...links, ...content, replyTo, includeRecent: payload.include_recent, anotherRound: payload.include_recent },
    );
    await this.dispatches.dispatch(actor, send, null, async (manager) => {
      if (key) {
        await this.keys.noteSend(manager, actor, key, send.id);
      }
    });
    return send;
  }

  private async checkContent(actor: Actor, payload: SendEmailsPayload): Promise<{ subject?: string; body?: string }> {
    const { subject, message: body } = payload;
    if (subject === undefined && body === undefined) {
      return {};
    }
    const template = await this.templates.current(actor, 'scheduling_invitation');
    const parsed = parseMailTemplate({ subject: subject ?? template.subject, body: body ?? template.body });
    if (!parsed.ok) {
      throw refusal(
        parsed.problems.map(({ field, message }) => ({ field: field === 'body' ? 'message' : field, message })),
      );
    }
    return { ...(subject !== undefined && { subject }), ...(body !== undefined && { body }) };
  }

  /** The newest open link, else a new one of the type that was named or is the default. */
  private async chooseLinks(
    actor: Actor,
    invitations: readonly Invitation[],
    payload: SendEmailsPayload,
  ): Promise<LinkChoice> {
    if (payload.booking_url !== undefined) {
      return { ...(await this.linkOf(actor, invitations, payload.booking_url)), anyOpenLink: false };
    }
    if (payload.event_type_id !== undefined) {
      const { eventTypeId } = await this.eventTypes.require(actor, payload.event_type_id);
      return { eventTypeId, lengthInMinutes: null, anyOpenLink: true };
    }
    const ids = invitations.map(({ id }) => id);
    if ((await this.openLinks.countWithout(actor, ids)) > 0) {
      const { eventTypeId } = await this.eventTypes.choose(actor, undefined);
      return { eventTypeId, lengthInMinutes: null, anyOpenLink: true };
    }
    const [newest] = await this.openLinks.list(actor, ids[0]!);
    return { eventTypeId: newest!.eventTypeId, lengthInMinutes: null, anyOpenLink: true };
  }

  private async linkOf(actor: Actor, invitations: readonly Invitation[], url: string): Promise<OpenLink> {
    const [only, ...others] = invitations;
    const links = only && others.length === 0 ? await this.openLinks.list(actor, only.id) : [];
    const link = links.find((open) => open.url === url);
    if (!link) {
      throw refusal([{ field: 'booking_url', message: 'This is not the open link of the one invitation named.' }]);
    }
    return link;
  }
}
