import { Controller, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { MailTestService } from '../../email/mail-test.service.js';
import { MailSetupService } from '../../email/mail-setup.service.js';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import type { Actor } from '../../shared/actor.js';
import { Redirect } from '../../web/redirect.js';

const path = '/app/settings/email';

/** A mail to whoever presses the button, and to nobody else. */
@Needs('admin')
@Controller(`${path}/test`)
export class MailTestController {
  constructor(
    private readonly tests: MailTestService,
    private readonly setup: MailSetupService,
  ) {}

  @Post()
  @Limited(routeLimits.testMail)
  async send(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Redirect> {
    const address = request.person!.email;
    const { taken, reason } = await this.tests.send(actor, address);
    if (!taken) {
      return new Redirect(path, { tone: 'bad', strong: 'The test did not go out.', text: reason });
    }
    const { transport } = await this.setup.read();
    return transport === 'capture'
      ? new Redirect(path, { tone: 'warn', strong: 'Nothing was sent.', text: 'Mail is captured on this server.' })
      : new Redirect(path, {
          tone: 'good',
          strong: 'On its way.',
          text: `The test was taken for ${address}. Look into that mailbox.`,
        });
  }
}
