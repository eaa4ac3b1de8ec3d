import { BadRequestException, Controller, HttpCode, Param, Post, Req, UnauthorizedException } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../accounts/access.decorator.js';
import { WebhookEndpoints } from '../../cal-com/webhook-endpoints.service.js';
import { systemActor } from '../../shared/actor.js';
import { CalComDeliveriesService } from './cal-com-deliveries.service.js';
import { calComEvent } from './cal-com-event.js';
import { isSignedByCalCom } from './cal-com-signature.js';

/** Where Cal.com tells what becomes of the bookings; whoever called Cal.com waits until we have answered. */
@Public()
@Controller('webhooks/cal-com/:endpointId')
export class CalComWebhookController {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: CalComDeliveriesService,
  ) {}

  @Post()
  @HttpCode(200)
  async receive(@Req() request: Request, @Param('endpointId') endpointId: string): Promise<void> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { orgId, secret, seenLately } = await this.endpoints.find(endpointId);
    const isSigned = isSignedByCalCom(body, request.get('x-cal-signature-256') ?? '', secret);
    if (!orgId || !isSigned) {
      throw new UnauthorizedException('The signature is missing or does not hold.');
    }
    const event = calComEvent(body.toString('utf8'));
    if (!event) {
      throw new BadRequestException('The body is not an object in JSON.');
    }
    const isNew = await this.deliveries.take(systemActor(orgId), { endpointId, body, event });
    if (isNew && !seenLately) {
      await this.endpoints.markSeen(orgId);
    }
  }
}
