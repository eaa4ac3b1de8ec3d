import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';

const PgStore = connectPgSimple(session);
const pruneSeconds = 15 * 60;

/** Sessions in Postgres under a hash of their id, so that reading the table opens nobody's session. */
export class HashedSessionStore extends PgStore {
  constructor(pool: Pool) {
    super({ pool, tableName: 'sessions', pruneSessionInterval: pruneSeconds });
  }

  override get(sid: string, callback: (error: unknown, session?: session.SessionData | null) => void): void {
    super.get(hashOf(sid), (error, session) => callback(error && unreadable(error), session));
  }

  override set(sid: string, data: session.SessionData, callback?: (error?: unknown) => void): void {
    super.set(hashOf(sid), data, callback);
  }

  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    super.destroy(hashOf(sid), callback);
  }

  override touch(sid: string, data: session.SessionData, callback?: () => void): void {
    super.touch(hashOf(sid), data, callback);
  }
}

function hashOf(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url');
}

/** To express-session the ENOENT of a missing database socket means no such session: everybody would be signed out. */
function unreadable(error: unknown): unknown {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
    ? Object.assign(error, { code: 'ECONNREFUSED' })
    : error;
}
