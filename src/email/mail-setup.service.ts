import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type EmailTransportName, type Settings } from '../config/settings.js';
import { RateGatesService, type SendingPause } from './delivery/rate-gates.service.js';
import { EmailRateGate } from './email-rate-gate.entity.js';
import { MAIL_TRANSPORT, type MailTransport } from './transports/mail-transport.js';

/** How mail leaves this server; nothing of it is secret. */
export interface MailSetup {
  readonly transport: EmailTransportName;
  readonly from: string;
  /** Of a mail server: host and port, and whether the connection begins encrypted. */
  readonly server: { readonly address: string; readonly encryptedFromTheStart: boolean } | null;
  /** In force at the moment; null where nothing limits them. */
  readonly requestsPerSecond: number | null;
  readonly mailsPerRequest: number;
  readonly pause: SendingPause | null;
}

@Injectable()
export class MailSetupService {
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
      server: transport === 'smtp' && smtpUrl ? server(smtpUrl) : null,
      requestsPerSecond: await this.requestsPerSecond(),
      mailsPerRequest: this.transport.maxPerCall,
      pause: await this.gates.currentPause(),
    };
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

function server(smtpUrl: string): MailSetup['server'] {
  const { hostname, port, protocol } = new URL(smtpUrl);
  const encryptedFromTheStart = protocol === 'smtps:';
  return { address: `${hostname}, port ${port || (encryptedFromTheStart ? 465 : 587)}`, encryptedFromTheStart };
}
