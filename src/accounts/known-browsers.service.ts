import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { SETTINGS, usesHttps, type Settings } from '../config/settings.js';

const idBytes = 16;
const keptMs = 180 * 24 * 60 * 60 * 1000;

/**
 * A cookie that says: from this browser somebody has signed in to this account before. It opens nothing; it only keeps
 * the guesses of others from counting against its owner.
 */
@Injectable()
export class KnownBrowsers {
  private readonly cookie: string;
  private readonly https: boolean;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {
    this.https = usesHttps(settings);
    this.cookie = `${this.https ? '__Host-' : ''}interlude.known`;
  }

  /** The id of a browser that is known to this account. */
  find(request: Request, account: string): string | null {
    const cookies = (request.headers.cookie ?? '').split(/;\s*/);
    const value = cookies.find((cookie) => cookie.startsWith(`${this.cookie}=`))?.slice(this.cookie.length + 1);
    const [id = '', signature = ''] = value?.split('.') ?? [];
    return isSame(signature, this.sign(id, account)) && madeAt(id) > Date.now() - keptMs ? id : null;
  }

  remember(request: Request, account: string): void {
    const id = this.find(request, account) ?? newId();
    request.res?.cookie(this.cookie, `${id}.${this.sign(id, account)}`, {
      httpOnly: true,
      sameSite: 'lax',
      secure: this.https,
      path: '/',
      maxAge: keptMs,
    });
  }

  private sign(id: string, account: string): string {
    return createHmac('sha256', this.settings.sessionSecret)
      .update(`known browser ${id} ${account}`)
      .digest('base64url');
  }
}

/** Says when it was made, so that it ends where nobody forgets the cookie, too. */
function newId(): string {
  return `${Date.now().toString(36)}-${randomBytes(idBytes).toString('base64url')}`;
}

function madeAt(id: string): number {
  return Number.parseInt(id, 36);
}

function isSame(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
