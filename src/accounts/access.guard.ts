import {
  ForbiddenException,
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { actsAs, type Role } from '../shared/actor.js';
import { SignInNeeded } from '../web/problem.js';
import { neededRole, publicRoute } from './access.decorator.js';
import { MembersService } from './members.service.js';

const pageAmongTheApi = '/api/docs';

/** Denies unless allowed: every route asks for a signed-in person, most changes for a role. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly members: MembersService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    await this.recognise(request);
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(publicRoute, targets)) {
      return true;
    }
    if (!request.actor) {
      throw signInNeeded(request);
    }
    const role = this.reflector.getAllAndOverride<Role>(neededRole, targets) ?? 'viewer';
    if (!actsAs(request.actor, role)) {
      throw new ForbiddenException('Your role does not allow this. Ask an admin of your organization.');
    }
    return true;
  }

  private async recognise(request: Request): Promise<void> {
    const { userId, orgId } = request.session ?? {};
    const member = userId && orgId ? await this.members.find(userId, orgId) : null;
    if (member) {
      request.actor = member.actor;
      request.person = member.person;
    }
  }
}

function signInNeeded(request: Request): Error {
  if (request.path.startsWith('/api/') && request.path !== pageAmongTheApi) {
    return new UnauthorizedException('Sign in first.');
  }
  const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.originalUrl)}` : '';
  return new SignInNeeded(`/sign-in${next}`);
}
