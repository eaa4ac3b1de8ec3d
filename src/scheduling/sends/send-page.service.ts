import { Injectable } from '@nestjs/common';
import { OrgsService } from '../../accounts/orgs.service.js';
import { actsAs, type Actor } from '../../shared/actor.js';
import { Page } from '../../web/page.js';
import { EventTypeChoicesService } from '../event-type-choices.service.js';
import { emailBadges } from './send-badges.js';
import { sendsView, sendView, troubledStates } from './send.view.js';
import { SendingPromptService } from './sending-prompt.service.js';
import { SendsService, type SendWithCounts } from './sends.service.js';

const emailsOnAPage = 100;
const troubledShown = 100;
const sendsShown = 100;

/** Gathers what the pages of sends show once they are dispatched. */
@Injectable()
export class SendPageService {
  constructor(
    private readonly sends: SendsService,
    private readonly choices: EventTypeChoicesService,
    private readonly orgs: OrgsService,
    private readonly prompts: SendingPromptService,
  ) {}

  async list(actor: Actor): Promise<Page> {
    const [sends, org] = await Promise.all([this.sends.list(actor, sendsShown), this.orgs.find(actor)]);
    const rows = await Promise.all(
      sends.map(async (found) => ({ found, eventType: await this.eventType(actor, found) })),
    );
    return new Page('scheduling/sends/index', sendsView(rows, org.timeZone, new Date()));
  }

  async show(actor: Actor, found: SendWithCounts, query: Readonly<Record<string, unknown>>): Promise<Page> {
    const { id } = found.send;
    const stateShown =
      typeof query['state'] === 'string' && Object.hasOwn(emailBadges, query['state']) ? query['state'] : null;
    const afterPosition =
      typeof query['after'] === 'string' && /^\d{1,9}$/.test(query['after']) ? Number(query['after']) : 0;
    const [org, eventType, trouble, emails] = await Promise.all([
      this.orgs.find(actor),
      this.eventType(actor, found),
      this.sends.listEmails(actor, id, { states: troubledStates, limit: troubledShown }),
      this.sends.listEmails(actor, id, {
        ...(stateShown && { states: [stateShown] }),
        afterPosition,
        limit: emailsOnAPage + 1,
      }),
    ]);
    const more = emails.length > emailsOnAPage;
    const shown = emails.slice(0, emailsOnAPage);
    const view = sendView({
      found,
      eventType,
      trouble,
      emails: shown,
      stateShown,
      nextAfter: more ? shown.at(-1)!.position : null,
      timeZone: org.timeZone,
      prompt: await this.prompts.find(),
      canAct: actsAs(actor, 'scheduler'),
      now: new Date(),
    });
    return new Page('scheduling/sends/show', view);
  }

  private eventType(actor: Actor, { send }: SendWithCounts): Promise<string> {
    return this.choices.describe(actor, { eventTypeId: send.eventTypeId, lengthInMinutes: null });
  }
}
