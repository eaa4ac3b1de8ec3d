import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { SendingPause } from '../../email/delivery/rate-gates.service.js';
import { EmailService } from '../../email/email.service.js';
import { clockTime, zoneCity } from '../../shared/zoned-time.js';
import type { Prompt } from '../page-parts.view.js';

const keyTroubles = new Set([
  'invalid_api_key',
  'missing_api_key',
  'restricted_api_key',
  'suspended_api_key',
  'invalid_permission',
]);

/** What keeps mails from leaving, said where people send: captured mail, or a provider that takes none right now. */
@Injectable()
export class SendingPromptService {
  constructor(
    private readonly emails: EmailService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async find(timeZone: string): Promise<Prompt | null> {
    return this.describe(await this.emails.currentPause(), timeZone);
  }

  describe(pause: SendingPause | null, timeZone: string, now = new Date()): Prompt | null {
    if (this.settings.email.transport === 'capture') {
      const text = 'They are kept and shown here, and never sent.';
      return { tone: 'info', icon: 'inbox', strong: 'Mails are captured.', text, action: null, urgent: false };
    }
    if (!pause) {
      return null;
    }
    const passes = pause.code.endsWith('_quota_exceeded');
    const next = pause.until > now ? `at ${clockTime(pause.until, timeZone)} ${zoneCity(timeZone)} time` : 'about now';
    const tries = passes ? `The next try is ${next}.` : `Interlude tries again by itself, next ${next}.`;
    const text = [pause.reason, remedyFor(pause.code), tries].filter(Boolean).join(' ');
    return {
      tone: passes ? 'warn' : 'bad',
      icon: 'circle-pause',
      strong: 'No mail leaves right now.',
      text,
      action: null,
      urgent: !passes,
    };
  }
}

/** What does not pass by itself. */
function remedyFor(code: string): string {
  if (keyTroubles.has(code)) {
    return 'Whoever runs Interlude has to put a working key into RESEND_API_KEY and start it again.';
  }
  return code === 'smtp_sign_in'
    ? 'Whoever runs Interlude has to put the right name and password into SMTP_URL and start it again.'
    : '';
}
