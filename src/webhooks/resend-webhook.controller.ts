import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../accounts/access.decorator.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { resendQueue } from './record-resend-reports.job.js';
import { isSignedByResend } from './resend-signature.js';
import { UnsignedCalls } from './unsigned-calls.service.js';
import { parsedJson, record, text } from './untrusted.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';

const longestType = 100;

/** Where Resend tells what became of the mails; it is answered at once, and believed only with its signature. */
@Public()
@Controller('webhooks/resend')
export class ResendWebhookController {
  constructor(
    private readonly deliveries: WebhookDeliveriesService,
    private readonly unsigned: UnsignedCalls,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @HttpCode(200)
  async receive(@Req() request: Request): Promise<void> {
    const { resendWebhookSecret: secret } = this.settings.email;
    const payload = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const headers = {
      id: request.get('svix-id') ?? '',
      timestamp: request.get('svix-timestamp') ?? '',
      signature: request.get('svix-signature') ?? '',
    };
    if (!secret || !isSignedByResend(payload, headers, secret)) {
      throw await this.unsigned.refusal(request);
    }
    const type = text(record(parsedJson(payload))['type'])?.slice(0, longestType) ?? 'unreadable';
    await this.deliveries.keep({ provider: 'resend', externalId: headers.id, type, payload }, resendQueue);
  }
}
