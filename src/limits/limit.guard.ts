import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { TooManyTries } from '../web/too-many-tries.js';
import { clientNetwork } from './client-network.js';
import type { CountedBy, RouteLimit } from './limit.js';
import { Limits } from './limits.service.js';

export const limitsOfRoute = 'limits of the route';

@Injectable()
export class LimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: Limits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    for (const limit of this.reflector.get<readonly RouteLimit[]>(limitsOfRoute, context.getHandler())) {
      const refusal = await this.limits.count(limit, counted[limit.by](request));
      if (refusal) {
        throw new TooManyTries(refusal.retryAfterSeconds);
      }
    }
    return true;
  }
}

/** The signed-in person, in whichever organization. */
export function countedPerson({ actor }: Request): string {
  return String(actor?.userId);
}

const counted: Readonly<Record<CountedBy, (request: Request) => string>> = {
  actor: ({ actor }) => `${actor?.orgId} ${actor?.userId}`,
  person: countedPerson,
  address: ({ ip }) => clientNetwork(ip),
  link: ({ params }) => String(params['token']),
};
