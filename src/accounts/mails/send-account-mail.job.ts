import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { DirectMailsService, type DirectMailEnd } from '../../email/direct-mails.service.js';
import { Vault } from '../../encryption/vault.service.js';
import { Jobs } from '../../jobs/jobs.service.js';
import { renderNotice } from '../../templating/mail/render-notice.js';
import { sendAccountMailQueue, tokenPlace } from './account-mail-sealing.js';
import { accountMailWords } from './account-mail-words.js';
import type { AccountMail } from './account-mail.entity.js';

type WaitingMail = Pick<AccountMail, 'id' | 'kind' | 'toAddress' | 'templateValues' | 'path' | 'sealedToken'> & {
  readonly ageMs: number;
};

const atOnce = 4;
/** While the database comes and goes; the provider's refusals are none of them. */
const retryLimit = 12;
const givenUpAfterMs = 60 * 60 * 1000;
const shortestWaitMs = 2_000;
const longestWaitMs = 5 * 60 * 1000;

/** Sends one mail about an account, again and again for an hour where nobody takes it. */
@Injectable()
export class SendAccountMailJob implements OnModuleInit {
  private readonly logger = new Logger('account mails');

  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly mails: DirectMailsService,
    private readonly vault: Vault,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.jobs.register<{ accountMailId: string }>(
      sendAccountMailQueue,
      ({ accountMailId }) => this.send(accountMailId),
      { concurrency: atOnce, retryLimit },
    );
  }

  /** Nothing happens where it is settled. The same mail sent twice does no harm. */
  async send(id: string): Promise<void> {
    const mail = await this.waiting(id);
    if (!mail) {
      return;
    }
    const end = await this.attempt(mail);
    if (end.kind === 'later' && mail.ageMs < givenUpAfterMs) {
      return this.tryLater(mail, end.waitMs);
    }
    if (end.kind !== 'taken') {
      this.logger.error(`The mail ${id} (${mail.kind}) is given up: ${end.code}`);
    }
    await this.dataSource.query(
      `update account_mails set state = $2, sealed_token = null, settled_at = clock_timestamp()
        where id = $1 and state = 'waiting'`,
      [id, end.kind === 'taken' ? 'taken' : 'given_up'],
    );
  }

  private async attempt(mail: WaitingMail): Promise<DirectMailEnd> {
    const { id, kind, toAddress, templateValues, path, sealedToken } = mail;
    const token = sealedToken === null ? '' : this.vault.decrypt(sealedToken, tokenPlace(id));
    if (token === null) {
      return { kind: 'refused', code: 'token_unreadable' };
    }
    const link = `${this.settings.publicUrl}${path}${token}`;
    return this.mails.deliver({
      id,
      to: toAddress,
      ...renderNotice(accountMailWords[kind], templateValues, link),
    });
  }

  /** After as long as it has waited already. */
  private async tryLater({ id, ageMs }: WaitingMail, askedMs: number): Promise<void> {
    const waitMs = Math.min(longestWaitMs, Math.max(shortestWaitMs, ageMs, askedMs));
    const startAfter = new Date(Date.now() + waitMs);
    await this.jobs.enqueue(this.dataSource.manager, sendAccountMailQueue, { accountMailId: id }, { startAfter });
  }

  private async waiting(id: string): Promise<WaitingMail | null> {
    const [mail] = await this.dataSource.query<WaitingMail[]>(
      `select id, kind, to_address "toAddress", template_values "templateValues", path, sealed_token "sealedToken",
              1000 * extract(epoch from clock_timestamp() - created_at)::float "ageMs"
         from account_mails where id = $1 and state = 'waiting'`,
      [id],
    );
    return mail ?? null;
  }
}
