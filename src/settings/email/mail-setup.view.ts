import type { MailSetup } from '../../email/mail-setup.service.js';
import type { TransportHealth } from '../../email/transports/transport-health.js';
import { fullTime } from '../../shared/zoned-time.js';

export interface MailSetupView {
  readonly transport: { readonly tone: string; readonly icon: string; readonly word: string };
  readonly about: string;
  readonly health: { readonly tone: string; readonly icon: string; readonly word: string };
  readonly healthText: string;
  readonly from: string;
  readonly pace: string;
  readonly pause: { readonly reason: string; readonly until: string } | null;
}

const transports = {
  resend: { tone: 'good', icon: 'send', word: 'Resend' },
  smtp: { tone: 'good', icon: 'server', word: 'Mail server (SMTP)' },
  capture: { tone: 'warn', icon: 'inbox', word: 'Captured, not sent' },
} as const;

const healths = {
  good: { tone: 'good', icon: 'circle-check', word: 'Ready' },
  warn: { tone: 'warn', icon: 'triangle-alert', word: 'Look at this' },
  bad: { tone: 'bad', icon: 'circle-x', word: 'Does not work' },
} as const;

export function mailSetupView(setup: MailSetup, health: TransportHealth, timeZone: string): MailSetupView {
  return {
    transport: transports[setup.transport],
    about: about(setup),
    health: healths[health.state],
    healthText: `${health.text} ${health.todo}`.trim(),
    from: setup.from,
    pace: pace(setup),
    pause: setup.pause && {
      reason: setup.pause.reason,
      until: `Interlude tries again by itself: ${fullTime(setup.pause.until, timeZone)}.`,
    },
  };
}

function about({ transport, server }: MailSetup): string {
  if (transport === 'capture') return 'No mail leaves this server. Each can be read on its own page.';
  if (!server) return '';
  return `${server.host}, port ${server.port}, ${encryption(server)}`;
}

function encryption({ secure, ignoreTLS, requireTLS }: NonNullable<MailSetup['server']>): string {
  if (secure) return 'encrypted from the start';
  if (ignoreTLS) return 'not encrypted';
  return requireTLS ? 'encrypted (STARTTLS)' : 'encrypted where the server offers it (STARTTLS)';
}

function pace({ requestsPerSecond, mailsPerRequest }: MailSetup): string {
  if (requestsPerSecond === null) return 'No limit';
  const perSecond = Math.round(requestsPerSecond * 10) / 10;
  return mailsPerRequest === 1
    ? `Up to ${perSecond} mails a second`
    : `Up to ${perSecond} ${perSecond === 1 ? 'request' : 'requests'} a second, ${mailsPerRequest} mails each`;
}
