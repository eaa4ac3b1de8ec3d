import { Injectable } from '@nestjs/common';
import { OrgsService } from '../../accounts/orgs.service.js';
import { EmailTemplatesService } from '../../email/email-templates.service.js';
import { EmailService } from '../../email/email.service.js';
import { TemplateLibraryService } from '../../email/template-library.service.js';
import { actsAs, type Actor } from '../../shared/actor.js';
import { mailNames } from '../../templating/mail/mail-names.js';
import type { FieldError } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { EventTypeChoicesService } from '../event-type-choices.service.js';
import { CapacityService } from '../free-times/capacity.service.js';
import { capacityView } from '../free-times/capacity.view.js';
import { draftView, type SkippedPart } from './draft.view.js';
import { EmailPreviewService } from './email-preview.service.js';
import { messageView } from './email.view.js';
import type { Send } from './send.entity.js';
import { SendingPromptService } from './sending-prompt.service.js';
import { SendsService, type SendWithCounts } from './sends.service.js';
import { skipReasons } from './skip-reasons.js';

const namesShown = 200;
const skippedShown = 100;

interface Again {
  readonly typed: { readonly subject: string; readonly message: string } | null;
  readonly errors: readonly FieldError[];
}

/** Gathers what the page of a draft shows. */
@Injectable()
export class DraftPageService {
  constructor(
    private readonly sends: SendsService,
    private readonly previews: EmailPreviewService,
    private readonly emails: EmailService,
    private readonly templates: EmailTemplatesService,
    private readonly library: TemplateLibraryService,
    private readonly choices: EventTypeChoicesService,
    private readonly orgs: OrgsService,
    private readonly prompts: SendingPromptService,
    private readonly capacities: CapacityService,
  ) {}

  async show(
    actor: Actor,
    { send, counts }: SendWithCounts,
    query: Readonly<Record<string, unknown>>,
    { typed, errors }: Again = { typed: null, errors: [] },
  ): Promise<Page> {
    const [recipients, skipped, skippedCounts, template, templates, org, eventType, capacity] = await Promise.all([
      this.sends.listEmails(actor, send.id, { states: ['draft'], limit: namesShown }),
      this.skipped(actor, send.id, query),
      this.sends.countSkipped(actor, send.id),
      this.templates.find(actor, send.templateId),
      this.library.listForSends(actor),
      this.orgs.find(actor),
      this.choices.describe(actor, { eventTypeId: send.eventTypeId, lengthInMinutes: null }),
      this.capacities.find(actor, send.eventTypeId),
    ]);
    const number = numberOf(query['email'], counts['draft'] ?? 0);
    const view = draftView({
      send,
      counts,
      eventType,
      capacity: capacity && capacityView(capacity, new Date()),
      template,
      templates,
      names: mailNames,
      recipients,
      skipped,
      skippedCounts,
      undoSeconds: org.undoWindowSeconds,
      canAct: actsAs(actor, 'scheduler'),
      canLift: actsAs(actor, 'admin'),
      number,
      shown: await this.shown(actor, send, number, query['part'] === 'text'),
      typed,
      errors,
      prompt: await this.prompts.find(org.timeZone),
    });
    return new Page('scheduling/sends/draft', view, errors.length > 0 ? 422 : 200);
  }

  private async skipped(actor: Actor, sendId: string, query: Readonly<Record<string, unknown>>): Promise<SkippedPart> {
    const reason = Object.keys(skipReasons).find((code) => code === query['skipped']) ?? null;
    const rows = await this.sends.listEmails(actor, sendId, {
      states: ['skipped'],
      ...(reason && { reasonCode: reason }),
      afterPosition: positionOf(query['after']),
      limit: skippedShown + 1,
    });
    return { rows: rows.slice(0, skippedShown), reason, more: rows.length > skippedShown };
  }

  private async shown(actor: Actor, send: Send, number: number, isText: boolean) {
    const [email] = await this.sends.listEmails(actor, send.id, { states: ['draft'], skip: number - 1, limit: 1 });
    const mail = email && (await this.previews.renderDraft(actor, email.id));
    if (!email || !mail) {
      return null;
    }
    const { from, replyTo } = await this.emails.sender(actor);
    const envelope = { ...email, from, replyTo: replyTo ?? send.replyTo };
    return {
      email,
      message: messageView(email.id, envelope, mail, { href: `/app/sends/${send.id}?email=${number}`, isText }),
    };
  }
}

function positionOf(given: unknown): number {
  return typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : 0;
}

function numberOf(given: unknown, most: number): number {
  const number = typeof given === 'string' && /^\d{1,6}$/.test(given) ? Number(given) : 1;
  return Math.min(Math.max(number, 1), Math.max(most, 1));
}
