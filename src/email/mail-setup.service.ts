import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type EmailTransportName, type Settings } from '../config/settings.js';
import { RateGatesService, type SendingPause } from './delivery/rate-gates.service.js';
import { EmailRateGate } from './email-rate-gate.entity.js';
import { MAIL_TRANSPORT, type MailTransport } from './transports/mail-transport.js';
import type { TransportHealth } from './transports/transport-health.js';
import { smtpServer, type SmtpServer } from './transports/smtp-server.js';

/** How mail leaves this server; nothing of it is secret. */
export interface MailSetup {
  readonly transport: EmailTransportName;
  readonly from: string;
  readonly server: Pick<SmtpServer, 'host' | 'port' | 'secure' | 'requireTLS' | 'ignoreTLS'> | null;
  /** In force at the moment; null where nothing limits them. */
  readonly requestsPerSecond: number | null;
  readonly mailsPerRequest: number;
  readonly pause: SendingPause | null;
}

const examineTimeoutMs = 4_000;
const examineEveryMs = 60_000;

@Injectable()
export class MailSetupService {
  private readonly logger = new Logger('email');
  private examined: { readonly atMs: number; readonly health: Promise<TransportHealth> } | null = null;
  private found: TransportHealth | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly gates: RateGatesService,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async read(): Promise<MailSetup> {
    const { transport, from, smtpUrl } = this.settings.email;
    return {
      transport,
      from,
      server: transport === 'smtp' && smtpUrl ? withoutSecrets(smtpServer(smtpUrl)) : null,
      requestsPerSecond: await this.requestsPerSecond(),
      mailsPerRequest: this.transport.maxPerCall,
      pause: await this.pause(),
    };
  }

  /** Asks the provider whether mail would be taken; a moment of patience, and nothing is sent. */
  examine(): Promise<TransportHealth> {
    return this.transport.examine(this.settings.email.from, AbortSignal.timeout(examineTimeoutMs));
  }

  /** The same, asked at most once a minute, for a page that is looked at often. */
  async health(): Promise<TransportHealth> {
    if (Date.now() - (this.examined?.atMs ?? 0) >= examineEveryMs) {
      this.examined = { atMs: Date.now(), health: this.examine() };
    }
    this.found = await this.examined!.health;
    return this.found;
  }

  /** What was found last, null before that: asked anew in the background when it is old. */
  healthSoFar(): TransportHealth | null {
    this.health().catch((error: unknown) => this.logger.error(error));
    return this.found;
  }

  /** Why nothing leaves at the moment, if so. */
  pause(): Promise<SendingPause | null> {
    return this.gates.currentPause();
  }

  private async requestsPerSecond(): Promise<number | null> {
    const { keyFingerprint, requestsPerSecond } = this.transport;
    if (requestsPerSecond === null) {
      return null;
    }
    const gate = await this.dataSource.getRepository(EmailRateGate).findOneBy({ keyFingerprint });
    return gate?.requestsPerSecond ?? requestsPerSecond;
  }
}

function withoutSecrets({ host, port, secure, requireTLS, ignoreTLS }: SmtpServer): MailSetup['server'] {
  return { host, port, secure, requireTLS, ignoreTLS };
}
