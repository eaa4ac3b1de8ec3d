import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { absoluteMs } from './session-life.js';

const PgStore = connectPgSimple(session);
const pruneSeconds = 15 * 60;

declare module 'express-session' {
  interface SessionData {
    /** It was in the table before. */
    stored: true;
  }
}

/** Sessions in Postgres under a hash of their id, so that reading the table opens nobody's session. */
export class HashedSessionStore extends PgStore {
  constructor(private readonly sessions: Pool) {
    super({ pool: sessions, tableName: 'sessions', pruneSessionInterval: pruneSeconds });
  }

  override get(sid: string, callback: (error: unknown, session?: session.SessionData | null) => void): void {
    super.get(hashOf(sid), (error, session) => callback(error && unreadable(error), isOver(session) ? null : session));
  }

  override set(sid: string, data: session.SessionData, callback?: (error?: unknown) => void): void {
    if (data.stored) {
      this.replace(sid, data).then(() => callback?.(), callback);
    } else {
      super.set(hashOf(sid), { ...data, stored: true }, callback);
    }
  }

  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    super.destroy(hashOf(sid), callback);
  }

  override touch(sid: string, data: session.SessionData, callback?: () => void): void {
    super.touch(hashOf(sid), data, callback);
  }

  /** A session that was ended stays ended, whatever a request under way has still to write into it. */
  private async replace(sid: string, data: session.SessionData): Promise<void> {
    await this.sessions.query('update sessions set sess = $2, expire = $3 where sid = $1', [
      hashOf(sid),
      data,
      data.cookie.expires,
    ]);
  }
}

function hashOf(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url');
}

/** However much it is used. */
function isOver(session?: session.SessionData | null): boolean {
  return (session?.startedAt ?? Infinity) < Date.now() - absoluteMs;
}

/** To express-session the ENOENT of a missing database socket means no such session: everybody would be signed out. */
function unreadable(error: unknown): unknown {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
    ? Object.assign(error, { code: 'ECONNREFUSED' })
    : error;
}
