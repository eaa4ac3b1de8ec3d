import { BadRequestException, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../accounts/access.decorator.js';
import { UnsignedCalls } from '../unsigned-calls.service.js';
import { CalComDeliveriesService } from './cal-com-deliveries.service.js';
import { calComEvent } from './cal-com-event.js';
import { VerifiedEndpoints } from './verified-endpoints.service.js';

/** What was remembered of an endpoint may be out of date once. */
const tries = 2;

/** Where Cal.com tells what becomes of the bookings; whoever called Cal.com waits until we have answered. */
@Public()
@Controller('webhooks/cal-com/:endpointId')
export class CalComWebhookController {
  constructor(
    private readonly endpoints: VerifiedEndpoints,
    private readonly deliveries: CalComDeliveriesService,
    private readonly unsigned: UnsignedCalls,
  ) {}

  @Post()
  @HttpCode(200)
  async receive(@Req() request: Request, @Param('endpointId') endpointId: string): Promise<void> {
    for (let left = tries; left > 0; left -= 1) {
      if (await this.isTaken(request, endpointId)) {
        return;
      }
    }
    throw await this.unsigned.refusal(request);
  }

  /** `false`: what it was verified with does not stand any more. */
  private async isTaken(request: Request, endpointId: string): Promise<boolean> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signature = request.get('x-cal-signature-256') ?? '';
    const endpoint = await this.endpoints.verify(endpointId, body, signature);
    if (!endpoint) {
      throw await this.unsigned.refusal(request);
    }
    const event = calComEvent(body.toString('utf8'));
    if (!event) {
      throw new BadRequestException('The body is not an object in JSON.');
    }
    const taken = await this.deliveries.take({ endpoint, body, event });
    if (taken === 'unsigned') {
      this.endpoints.forget(endpoint);
    } else if (taken !== 'repeated') {
      await this.endpoints.markSeen(endpoint);
    }
    return taken !== 'unsigned';
  }
}
