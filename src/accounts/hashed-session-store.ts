import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { hash } from 'node:crypto';
import type { Pool } from 'pg';
import { memberOfSession, type MemberRow } from './members.service.js';
import { absoluteMs } from './session-life.js';

const PgStore = connectPgSimple(session);
const pruneSeconds = 15 * 60;
/** That a session is used is written down once in so long: else each page would wait for a write. */
const touchedEveryMs = 60_000;

declare module 'express-session' {
  interface SessionData {
    /** It was in the table before. */
    stored: true;
    /** When it ends there. */
    storedUntil?: number;
    /** Whose it is, as of the moment it was read: never stored with it. Null where it opens nothing. */
    memberNow?: MemberRow | null;
  }
}

interface StoredSession {
  readonly sess: session.SessionData;
  readonly expire: Date;
  readonly memberNow: MemberRow | null;
}

/** Sessions in Postgres under a hash of their id, so that reading the table opens nobody's session. */
export class HashedSessionStore extends PgStore {
  constructor(private readonly sessions: Pool) {
    super({ pool: sessions, tableName: 'sessions', pruneSessionInterval: pruneSeconds });
  }

  override get(sid: string, callback: (error: unknown, session?: session.SessionData | null) => void): void {
    this.read(sid).then(
      (session) => callback(null, isOver(session) ? null : session),
      (error: unknown) => callback(unreadable(error)),
    );
  }

  override set(
    sid: string,
    { storedUntil: _, memberNow: __, ...data }: session.SessionData,
    callback?: (error?: unknown) => void,
  ): void {
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
    const { storedUntil = 0, cookie } = data;
    if ((cookie.expires?.getTime() ?? Infinity) - storedUntil < touchedEveryMs) {
      callback?.();
    } else {
      super.touch(hashOf(sid), data, callback);
    }
  }

  private async read(sid: string): Promise<session.SessionData | undefined> {
    const { rows } = await this.sessions.query<StoredSession>({
      name: 'session',
      text: `select s.sess, s.expire, (select to_json(member) from (${memberOfSession}) member) "memberNow"
               from sessions s where s.sid = $1 and s.expire >= now()`,
      values: [hashOf(sid)],
    });
    const [row] = rows;
    return row && { ...row.sess, storedUntil: row.expire.getTime(), memberNow: row.memberNow };
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
  return hash('sha256', sid, 'base64url');
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
