import { ForbiddenException, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { SETTINGS, type Settings } from '../config/settings.js';
import { hasSessionCookie } from './session-cookie.js';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A change must come from our own pages: a foreign origin is refused, a missing one where a session cookie is sent. */
@Injectable()
export class OriginGuard implements CanActivate {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (safeMethods.has(request.method)) {
      return true;
    }
    const { origin } = request.headers;
    if (origin === undefined ? hasSessionCookie(request) : !this.isOurs(origin, request)) {
      throw new ForbiddenException('The request came from another site.');
    }
    return true;
  }

  private isOurs(origin: string, request: Request): boolean {
    const ours = [new URL(this.settings.publicUrl).host, request.headers.host];
    return URL.canParse(origin) && ours.includes(new URL(origin).host);
  }
}
