import {
  BadRequestException,
  ConflictException,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { actsAs, type Role } from '../shared/actor.js';
import { pageOrgField } from '../templating/page-org.js';
import { SignInNeeded } from '../web/problem.js';
import { hasSessionCookie } from '../web/session-cookie.js';
import { neededRole, personalRoute, publicRoute } from './access.decorator.js';
import { ApiTokensService } from './api-tokens.service.js';
import { bearerToken, isForJsonApi } from './bearer-token.js';
import { DeniedAccess } from './denied-access.service.js';
import { MembersService } from './members.service.js';

/** Denies unless allowed: every route asks for a signed-in person or a token, most changes for a role. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly members: MembersService,
    private readonly apiTokens: ApiTokensService,
    private readonly denials: DeniedAccess,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    await this.recognise(request);
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(publicRoute, targets)) {
      return true;
    }
    if (!request.actor) {
      throw signInNeeded(request, http.getResponse<Response>());
    }
    if (!this.reflector.getAllAndOverride<boolean>(personalRoute, targets)) {
      refuseOtherPages(request);
      refuseWithoutFactor(request);
    }
    const role = this.reflector.getAllAndOverride<Role>(neededRole, targets) ?? 'viewer';
    if (!actsAs(request.actor, role)) {
      await this.denials.note(request.actor, request, role);
      throw new ForbiddenException(
        `Your ${request.actor.apiToken ? 'token' : 'role'} does not allow this. Ask an admin of your organization.`,
      );
    }
    return true;
  }

  private async recognise(request: Request): Promise<void> {
    const token = bearerToken(request);
    if (token === null) {
      return this.recogniseMember(request);
    }
    if (hasSessionCookie(request)) {
      throw new BadRequestException('Send a token or the cookie of a session, not both.');
    }
    const actor = await this.apiTokens.recognise(token);
    if (actor) {
      request.actor = actor;
    }
  }

  private async recogniseMember(request: Request): Promise<void> {
    const { memberNow } = request.session ?? {};
    if (memberNow) {
      const member = await this.members.welcome(memberNow);
      request.actor = member.actor;
      // Whoever comes by a provider has shown there whatever it asks for.
      const lacksFactor = member.person.lacksFactor && request.session.signedInBy !== 'provider';
      request.person = { ...member.person, lacksFactor };
    }
  }
}

/** A page that was opened in another organization than the session is in now must not act on this one. */
function refuseOtherPages({ actor, method, body, query }: Request): void {
  const said = [(body as Record<string, unknown>)[pageOrgField], query[pageOrgField]];
  if (method !== 'GET' && said.some((orgId) => orgId !== undefined && orgId !== actor!.orgId)) {
    throw new ConflictException(
      'You have changed to another organization since you opened this page. Nothing was done. Change back in the account menu, then try again.',
    );
  }
}

function refuseWithoutFactor(request: Request): void {
  if (!request.person?.lacksFactor) return;
  const sentence = `${request.person.orgName} asks for a second factor. Set it up on the page of your account first.`;
  throw isForJsonApi(request)
    ? new ForbiddenException(sentence)
    : new SignInNeeded('/app/account/second-factor', sentence);
}

/** A program hears the same whatever is wrong with its token. */
function signInNeeded(request: Request, response: Response): Error {
  if (isForJsonApi(request)) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    return new UnauthorizedException('Sign in first, or send a token that is in force.');
  }
  const next = request.method === 'GET' ? request.originalUrl : pageBefore(request);
  const query = [next && `next=${encodeURIComponent(next)}`, wasSignedIn(request) && 'ended=1'].filter(Boolean);
  return new SignInNeeded(['/sign-in', query.join('&')].filter(Boolean).join('?'));
}

/** The session of the cookie is gone, or of an earlier generation; one that waits for its code is neither. */
function wasSignedIn(request: Request): boolean {
  const { stored, userId } = request.session ?? {};
  return hasSessionCookie(request) && (!stored || userId !== undefined);
}

/** Where the form was that somebody sent. */
function pageBefore(request: Request): string {
  const referer = request.get('Referer') ?? '';
  if (!URL.canParse(referer)) return '';
  const { pathname, search } = new URL(referer);
  return `${pathname}${search}`;
}
