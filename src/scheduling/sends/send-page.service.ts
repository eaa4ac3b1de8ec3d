import { Inject, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { OrgsService } from '../../accounts/orgs.service.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { EmailService } from '../../email/email.service.js';
import { actsAs, type Actor } from '../../shared/actor.js';
import { Page } from '../../web/page.js';
import { EventTypeChoicesService } from '../event-type-choices.service.js';
import { emailBadges, troubledStates } from './send-badges.js';
import { SendProgressService } from './send-progress.service.js';
import { SendRetriesService } from './send-retries.service.js';
import { sendView } from './send.view.js';
import { SendingPromptService } from './sending-prompt.service.js';
import { sendFilters, SendsService, type SendFilter, type SendWithCounts } from './sends.service.js';
import { sendsView } from './sends.view.js';

type Fields = Readonly<Record<string, unknown>>;

const emailsOnAPage = 100;
const troubledShown = 100;
const sendsOnAPage = 100;

/** Gathers what the pages of sends show once they are dispatched. */
@Injectable()
export class SendPageService {
  constructor(
    private readonly sends: SendsService,
    private readonly progress: SendProgressService,
    private readonly retries: SendRetriesService,
    private readonly emails: EmailService,
    private readonly choices: EventTypeChoicesService,
    private readonly orgs: OrgsService,
    private readonly prompts: SendingPromptService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async list(actor: Actor, query: Fields): Promise<Page> {
    const filter = sendFilters.find((name) => name === query['show']) ?? null;
    const { sends, hasNewer, hasOlder } = await this.sendsBeside(actor, filter, query);
    const [org, pause] = await Promise.all([this.orgs.find(actor), this.emails.currentPause()]);
    const view = sendsView({
      sends: await Promise.all(sends.map(async (found) => ({ found, eventType: await this.eventType(actor, found) }))),
      filter,
      hasNewer,
      hasOlder,
      paused: pause !== null,
      timeZone: org.timeZone,
      now: new Date(),
    });
    return new Page('scheduling/sends/index', view);
  }

  async show(actor: Actor, found: SendWithCounts, query: Fields): Promise<Page> {
    const { send, counts } = found;
    const stateShown = oneOf(Object.keys(emailBadges), query['state']);
    const after = typeof query['after'] === 'string' && /^\d{1,9}$/.test(query['after']) ? Number(query['after']) : 0;
    const states = stateShown ? [stateShown] : undefined;
    const [org, pause, eventType, trouble, retriable, emails] = await Promise.all([
      this.orgs.find(actor),
      this.emails.currentPause(),
      this.eventType(actor, found),
      troubledStates.some((state) => counts[state])
        ? this.sends.listEmails(actor, send.id, { states: troubledStates, limit: troubledShown })
        : [],
      counts['failed'] ? this.retries.countFailed(actor, send.id) : 0,
      this.sends.listEmails(actor, send.id, { states, afterPosition: after, limit: emailsOnAPage + 1 }),
    ]);
    const shown = emails.slice(0, emailsOnAPage);
    const isUnderWay = Boolean(counts['queued'] ?? counts['sending']);
    const view = sendView({
      found,
      eventType,
      progress: isUnderWay ? await this.progress.find(actor, found, org) : null,
      pause,
      dailyMailCap: org.dailyMailCap,
      trouble,
      retriable,
      emails: shown,
      stateShown,
      after,
      nextAfter: emails.length > emailsOnAPage ? shown.at(-1)!.position : null,
      timeZone: org.timeZone,
      prompt: this.prompts.describe(pause, org.timeZone),
      canAct: actsAs(actor, 'scheduler'),
      hearsOfDelivery: this.settings.email.transport === 'resend',
      now: new Date(),
    });
    return new Page('scheduling/sends/show', view);
  }

  /** One more than a page shows tells whether there is another. */
  private async sendsBeside(
    actor: Actor,
    filter: SendFilter | null,
    query: Fields,
  ): Promise<{ sends: SendWithCounts[]; hasNewer: boolean; hasOlder: boolean }> {
    const limit = sendsOnAPage + 1;
    const [newerThan, olderThan] = [idIn(query['newer']), idIn(query['older'])];
    if (newerThan) {
      const found = await this.sends.list(actor, { filter, newerThan, limit });
      return { sends: found.slice(-sendsOnAPage), hasNewer: found.length > sendsOnAPage, hasOlder: found.length > 0 };
    }
    const found = await this.sends.list(actor, { filter, ...(olderThan && { olderThan }), limit });
    return {
      sends: found.slice(0, sendsOnAPage),
      hasNewer: Boolean(olderThan),
      hasOlder: found.length > sendsOnAPage,
    };
  }

  private eventType(actor: Actor, { send }: SendWithCounts): Promise<string> {
    return this.choices.describe(actor, { eventTypeId: send.eventTypeId, lengthInMinutes: null });
  }
}

function oneOf(names: readonly string[], given: unknown): string | null {
  return names.find((name) => name === given) ?? null;
}

function idIn(given: unknown): string | undefined {
  return isUUID(given) ? (given as string) : undefined;
}
