import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Actor } from '../shared/actor.js';
import { parseMailTemplate } from '../templating/mail/parse-mail-template.js';
import { renderMail } from '../templating/mail/render-mail.js';
import { withAsciiDomain } from './ascii-domain.js';
import { EmailService, type MailSender } from './email.service.js';
import type { DeliveryOutcome } from './transports/delivery-outcome.js';
import { MAIL_TRANSPORT, type FrozenMail, type MailTransport } from './transports/mail-transport.js';

export interface MailTestOutcome {
  /** The way out took it. */
  readonly taken: boolean;
  /** Why not, in plain words; empty where it was taken. */
  readonly reason: string;
}

const timeoutMs = 10_000;
const content = {
  subject: 'A test from Interlude',
  body: 'This mail took the way that mails to candidates take. If you read it, mail leaves this server.',
};

/** One mail straight to the way out, past the queue: so its answer can be told at once. */
@Injectable()
export class MailTestService {
  constructor(
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    private readonly emails: EmailService,
  ) {}

  async send(actor: Actor, address: string): Promise<MailTestOutcome> {
    const id = randomUUID();
    const body = JSON.stringify([this.mail(address, await this.emails.sender(actor))]);
    const { outcome } = await this.transport.deliver({ id, body, emailIds: [id] }, AbortSignal.timeout(timeoutMs));
    return inShort(outcome);
  }

  private mail(address: string, { from, replyTo }: MailSender): FrozenMail {
    const parsed = parseMailTemplate(content, []);
    if (!parsed.ok) {
      throw new Error('The test mail is no valid template.');
    }
    return {
      from,
      to: [withAsciiDomain(address)],
      ...renderMail(parsed.template, {}),
      ...(replyTo ? { reply_to: replyTo } : {}),
      headers: {},
      tags: [],
    };
  }
}

function inShort(outcome: DeliveryOutcome): MailTestOutcome {
  if (outcome.kind !== 'answered') {
    return { taken: false, reason: outcome.reason };
  }
  const [item] = outcome.items;
  return item?.accepted ? { taken: true, reason: '' } : { taken: false, reason: item?.reason ?? '' };
}
