import { createParamDecorator, UnauthorizedException, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { SignedInUser } from './session.js';

/** The signed-in person, for what is their own in whatever organization. Programs are none. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): SignedInUser => {
  const { actor } = context.switchToHttp().getRequest<Request>();
  if (!actor?.userId) {
    throw new UnauthorizedException();
  }
  return { userId: actor.userId, orgId: actor.orgId };
});
