import type { TransportHealth } from '../../email/transports/transport-health.js';
import type { Badge } from '../page-parts.view.js';

export interface FirstStep {
  readonly number: number;
  readonly title: string;
  readonly badge: Badge;
  readonly text: string;
  /** Where to do it; null for those who may not. */
  readonly action: { readonly href: string; readonly label: string; readonly primary: boolean } | null;
}

export interface FirstStepsInput {
  readonly connected: boolean;
  readonly mail: TransportHealth;
  readonly canConfigure: boolean;
  readonly canAct: boolean;
}

/** What stands between a new organization and its first interview, and what of it is done. */
export function firstSteps({ connected, mail, canConfigure, canAct }: FirstStepsInput): FirstStep[] {
  const mailIsBroken = mail.state === 'bad';
  return [
    {
      number: 1,
      title: 'Connect Cal.com',
      badge: connected
        ? { tone: 'good', icon: 'check', word: 'Connected' }
        : { tone: 'warn', icon: 'plug', word: 'Not connected' },
      text: 'Interlude needs an API key to see your event types and free times. It takes a minute, and the key is stored encrypted.',
      action: canConfigure
        ? { href: '/app/settings/cal-com', label: 'Open the Cal.com settings', primary: !connected }
        : null,
    },
    {
      number: 2,
      title: 'See that mail leaves',
      badge: mailBadges[mail.state],
      text: `${mail.text} ${mail.todo}`.trim(),
      action: canConfigure
        ? { href: '/app/settings/email', label: 'Open the mail settings', primary: connected && mailIsBroken }
        : null,
    },
    {
      number: 3,
      title: 'Bring in candidates',
      badge: { tone: 'neutral', icon: 'circle-dashed', word: 'None yet' },
      text: 'Upload a CSV file with name, e-mail and assessment. Rows that cannot be read are listed with their line.',
      action: canAct
        ? { href: '/app/candidates/import', label: 'Import a CSV file', primary: connected && !mailIsBroken }
        : null,
    },
  ];
}

const mailBadges: Readonly<Record<TransportHealth['state'], Badge>> = {
  good: { tone: 'good', icon: 'check', word: 'Ready' },
  warn: { tone: 'warn', icon: 'triangle-alert', word: 'Look at this' },
  bad: { tone: 'bad', icon: 'circle-x', word: 'Does not work' },
};
