import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { EmailService } from '../../email/email.service.js';
import type { Prompt } from '../page-parts.view.js';

/** What keeps mails from leaving, said where people send: captured mail, or a provider that takes none right now. */
@Injectable()
export class SendingPromptService {
  constructor(
    private readonly emails: EmailService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async find(): Promise<Prompt | null> {
    if (this.settings.email.transport === 'capture') {
      const text = 'They are kept and shown here, and never sent.';
      return { tone: 'info', icon: 'inbox', strong: 'Mails are captured.', text, action: null };
    }
    const pause = await this.emails.currentPause();
    return (
      pause && {
        tone: 'bad',
        icon: 'circle-pause',
        strong: 'No mail leaves right now.',
        text: pause.reason,
        action: null,
      }
    );
  }
}
