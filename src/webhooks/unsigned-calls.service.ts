import { Injectable, UnauthorizedException } from '@nestjs/common';
import type { Request } from 'express';
import { clientNetwork } from '../limits/client-network.js';
import { badSignatures } from '../limits/limit.js';
import { Limits } from '../limits/limits.service.js';
import { TooManyTries } from '../web/too-many-tries.js';

/** Calls whose signature is missing or does not hold. They alone count: what is signed is always taken in. */
@Injectable()
export class UnsignedCalls {
  constructor(private readonly limits: Limits) {}

  /** What to answer this one. */
  async refusal({ ip }: Request): Promise<UnauthorizedException | TooManyTries> {
    const refusal = await this.limits.count(badSignatures, clientNetwork(ip));
    return refusal
      ? new TooManyTries(refusal.retryAfterSeconds)
      : new UnauthorizedException('The signature is missing or does not hold.');
  }
}
