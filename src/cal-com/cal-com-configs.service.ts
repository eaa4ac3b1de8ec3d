import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Org } from '../accounts/org.entity.js';
import { recordActivity, recordChange } from '../activity/record-activity.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Vault } from '../encryption/vault.service.js';
import type { Actor } from '../shared/actor.js';
import { checkApiUrl } from './api-url.js';
import type { CalAccount } from './cal-account.js';
import { CalComConfig } from './cal-com-config.entity.js';
import type { CalComConnection } from './cal-com-connection.js';
import { type CalComFailure, describeCalComFailure, unavailableReasons } from './cal-com-failure.js';
import type { CalComOutcome } from './cal-com-outcome.js';
import { CalComEventType } from './cal-com-event-type.entity.js';
import { CalComService } from './cal-com.service.js';
import { WebhookEndpoints } from './webhook-endpoints.service.js';

/** Where the key that serves an organization comes from; `unreadable`: stored, but no encryption key opens it. */
export type KeySource = 'own' | 'environment' | 'unreadable' | 'none';

/** What may be shown of a connection: everything but the key. */
export interface CalComSetup {
  readonly keySource: KeySource;
  readonly apiUrl: string;
  readonly keyLastFour: string | null;
  readonly accountName: string | null;
  readonly accountZone: string | null;
}

export type SavedConnection =
  | { readonly ok: true; readonly account: CalAccount }
  | { readonly ok: false; readonly field: 'apiKey' | 'apiUrl'; readonly reason: string }
  | { readonly ok: false; readonly failure: CalComFailure };

/** Which key an organization uses to talk to Cal.com, and to which address. */
@Injectable()
export class CalComConfigsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calCom: CalComService,
    private readonly vault: Vault,
    private readonly endpoints: WebhookEndpoints,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** `null`: Cal.com is not configured. The environment's key serves the first organization only. */
  async connection(actor: Actor): Promise<CalComConnection | null> {
    return this.connectionOf(actor, await this.find(actor));
  }

  /** The organizations that have a connection, whether it works or not. */
  async listConnected(): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `select o.id from orgs o left join cal_com_configs c on c.org_id = o.id
        where c.api_key is not null
           or ($1 and o.id = (select id from orgs order by created_at, id limit 1))`,
      [this.settings.calCom.apiKey !== null],
    );
    return rows.map(({ id }) => id);
  }

  /** Whether another organization uses the same account, so that one's bookings stand among the other's. */
  async sharesAccount(actor: Actor): Promise<boolean> {
    const [answer] = await this.dataSource.query<{ shares: boolean }[]>(
      `select exists (
         select 1 from cal_com_configs mine
           join cal_com_configs other on other.org_id <> mine.org_id
            and coalesce(other.api_url, $2) = coalesce(mine.api_url, $2)
            and other.user_id = mine.user_id
          where mine.org_id = $1) shares`,
      [actor.orgId, this.settings.calCom.apiUrl],
    );
    return answer!.shares;
  }

  async setup(actor: Actor): Promise<CalComSetup> {
    const config = await this.find(actor);
    return {
      keySource: await this.keySource(actor, config),
      apiUrl: config?.apiUrl ?? this.settings.calCom.apiUrl,
      keyLastFour: config?.apiKey ? config.apiKeyLastFour : null,
      accountName: config?.userName ?? config?.userEmail ?? null,
      accountZone: config?.userTimeZone ?? null,
    };
  }

  /** Asks Cal.com with the key first, and stores nothing it does not accept. No key typed keeps the stored one. */
  async save(actor: Actor, typed: { apiKey: string; apiUrl: string }): Promise<SavedConnection> {
    const address = checkApiUrl(typed.apiUrl, this.settings.calCom);
    if (!address.ok) return { ok: false, field: 'apiUrl', reason: address.reason };
    const apiKey = typed.apiKey.trim() || (await this.keyKeptFor(actor, address.apiUrl));
    if (!apiKey) return { ok: false, field: 'apiKey', reason: await this.whyKeyIsNeeded(actor) };

    const asked = await this.calCom.fetchMe({ apiUrl: address.apiUrl, apiKey });
    if (!asked.ok) return refusalOf(asked.failure);
    await this.store(actor, { apiUrl: address.apiUrl, apiKey }, asked.value);
    return { ok: true, account: asked.value };
  }

  /** `null`: there is no connection to test. */
  async test(actor: Actor): Promise<CalComOutcome<CalAccount> | null> {
    const connection = await this.connection(actor);
    if (!connection) return null;
    const outcome = await this.calCom.fetchMe(connection);
    if (outcome.ok) {
      await this.whileConnected(actor, connection, (manager, config) =>
        manager.update(
          CalComConfig,
          { orgId: config.orgId },
          { ...(isAnother(config, outcome.value) ? nothingReadYet : {}), ...accountFacts(outcome.value) },
        ),
      );
    }
    return outcome;
  }

  /**
   * Forgets the organization's own key; what was read with it stays, so that links already sent keep working. `false`:
   * it has none.
   */
  async disconnect(actor: Actor): Promise<boolean> {
    return this.locked(actor, async (manager, before, former) => {
      if (!before.apiKey) return false;
      const current = await this.environmentConnection(actor);
      const apiUrl = current ? null : before.apiUrl;
      await manager.update(CalComConfig, { orgId: actor.orgId }, { ...nothingConnected, apiUrl });
      await recordActivity(manager, actor, { action: 'cal-com.disconnected', subject: subjectOf(actor) });
      await this.endpoints.follow(manager, before, { former, current });
      return true;
    });
  }

  /** Writes what came over a connection, unless the organization changed its connection meanwhile. */
  async whileConnected(
    actor: Actor,
    connection: CalComConnection,
    write: (manager: EntityManager, config: CalComConfig) => Promise<unknown>,
  ): Promise<void> {
    await this.locked(actor, async (manager, config, current) => {
      if (current?.apiKey === connection.apiKey && current.apiUrl === connection.apiUrl) await write(manager, config);
    });
  }

  /** Acts on the row and the connection in force, while nobody else can change them. Not for a call to Cal.com. */
  locked<T>(
    actor: Actor,
    act: (manager: EntityManager, config: CalComConfig, connection: CalComConnection | null) => Promise<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      const config = await lockedConfig(manager, actor.orgId);
      return act(manager, config, await this.connectionOf(actor, config));
    });
  }

  private find(actor: Actor): Promise<CalComConfig | null> {
    return this.dataSource.getRepository(CalComConfig).findOneBy({ orgId: actor.orgId });
  }

  private async connectionOf(actor: Actor, config: CalComConfig | null): Promise<CalComConnection | null> {
    return config?.apiKey ? this.ownConnection(config, config.apiKey) : this.environmentConnection(actor);
  }

  private ownConnection({ orgId, apiUrl }: CalComConfig, encryptedKey: string): CalComConnection | null {
    const apiKey = this.vault.decrypt(encryptedKey, placeOfKey(orgId));
    return apiUrl && apiKey ? { apiUrl, apiKey } : null;
  }

  private async environmentConnection(actor: Actor): Promise<CalComConnection | null> {
    const { apiKey, apiUrl } = this.settings.calCom;
    return apiKey && (await this.isFirstOrganization(actor)) ? { apiKey, apiUrl } : null;
  }

  private async isFirstOrganization(actor: Actor): Promise<boolean> {
    const [first] = await this.dataSource
      .getRepository(Org)
      .find({ select: { id: true }, order: { createdAt: 'ASC', id: 'ASC' }, take: 1 });
    return first?.id === actor.orgId;
  }

  private async keySource(actor: Actor, config: CalComConfig | null): Promise<KeySource> {
    if (config?.apiKey) return this.ownConnection(config, config.apiKey) ? 'own' : 'unreadable';
    return (await this.environmentConnection(actor)) ? 'environment' : 'none';
  }

  private async keyKeptFor(actor: Actor, apiUrl: string): Promise<string | null> {
    const config = await this.find(actor);
    if (!config?.apiKey || config.apiUrl !== apiUrl) return null;
    return this.ownConnection(config, config.apiKey)?.apiKey ?? null;
  }

  private async whyKeyIsNeeded(actor: Actor): Promise<string> {
    const { keySource } = await this.setup(actor);
    return keySource === 'own'
      ? 'Enter the key again: a key goes only to the address it was saved with, and the address has changed.'
      : 'Enter an API key.';
  }

  private async store(actor: Actor, connection: CalComConnection, account: CalAccount): Promise<void> {
    const { apiUrl, apiKey } = connection;
    await this.locked(actor, async (manager, before, former) => {
      const sameServer = (before.apiUrl ?? this.settings.calCom.apiUrl) === apiUrl;
      const sameAccount = sameServer && before.userId === account.id;
      const apiKeyLastFour = apiKey.length >= longEnoughToHint ? apiKey.slice(-4) : null;
      if (!sameAccount) await manager.delete(CalComEventType, { orgId: actor.orgId });
      await manager.update(
        CalComConfig,
        { orgId: actor.orgId },
        {
          apiUrl,
          apiKey: this.vault.encrypt(apiKey, placeOfKey(actor.orgId)),
          apiKeyLastFour,
          defaultEventTypeId: sameServer ? before.defaultEventTypeId : null,
          ...nothingFetched,
          ...(sameAccount ? { bookingsDueAt: null } : nothingReadYet),
          ...accountFacts(account),
        },
      );
      await this.endpoints.follow(manager, before, { former, current: connection });
      const deed = { action: 'cal-com.connected', subject: subjectOf(actor) } as const;
      await recordChange(manager, actor, deed, {
        before: { address: before.apiUrl, key: before.apiKey && endOfKey(before) },
        after: {
          address: apiUrl,
          key:
            before.apiKey && former?.apiKey === apiKey ? endOfKey(before) : `changed: ${endOfKey({ apiKeyLastFour })}`,
        },
      });
    });
  }
}

/** All that is told of a key. */
function endOfKey({ apiKeyLastFour }: Pick<CalComConfig, 'apiKeyLastFour'>): string {
  return `…${apiKeyLastFour ?? ''}`;
}

function subjectOf({ orgId }: Actor) {
  return { type: 'cal-com', id: orgId } as const;
}

/** A failure that what was typed is to blame for belongs to its field. */
function refusalOf(failure: CalComFailure): SavedConnection {
  const reason = describeCalComFailure(failure);
  if (failure.kind === 'unauthorized' || failure.kind === 'rejected') return { ok: false, field: 'apiKey', reason };
  const { wrongAddress, redirected, privateAddress } = unavailableReasons;
  const addressIsWrong = [wrongAddress, redirected, privateAddress].some((each) => each === reason);
  return addressIsWrong ? { ok: false, field: 'apiUrl', reason } : { ok: false, failure };
}

/** Asked for again as soon as somebody looks. */
const nothingFetched = { eventTypesFetchedAt: null, calendarsFetchedAt: null };

/** Whose account it was is kept, to know it again. */
const nothingConnected: Partial<CalComConfig> = {
  apiKey: null,
  apiKeyLastFour: null,
  userName: null,
  userEmail: null,
  userTimeZone: null,
  ...nothingFetched,
};

const longEnoughToHint = 16;

function placeOfKey(orgId: string): string {
  return `${orgId}|cal_com_configs|api_key|${orgId}`;
}

function isAnother({ userId }: CalComConfig, account: CalAccount): boolean {
  return userId !== null && userId !== account.id;
}

/** Another account has other bookings: what was read of the former one says nothing of it. */
const nothingReadYet: Partial<CalComConfig> = {
  bookingsCursor: null,
  bookingsSyncedAt: null,
  bookingsProblem: null,
  bookingsDueAt: null,
};

function accountFacts({ id, name, email, timeZone }: CalAccount): Partial<CalComConfig> {
  return { userId: id, userName: name, userEmail: email, userTimeZone: timeZone, updatedAt: new Date() };
}

async function lockedConfig(manager: EntityManager, orgId: string): Promise<CalComConfig> {
  await manager.createQueryBuilder().insert().into(CalComConfig).values({ orgId }).orIgnore().execute();
  return manager.findOneOrFail(CalComConfig, { where: { orgId }, lock: { mode: 'pessimistic_write' } });
}
