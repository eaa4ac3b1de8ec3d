import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { endSessionsOf } from './end-sessions.js';
import { absoluteMs } from './session-life.js';
import { recordPersonal } from './record-personal.js';

export interface OwnSession {
  readonly id: string;
  readonly browser: string;
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
}

/** Where a person is signed in. */
@Injectable()
export class OwnSessions {
  constructor(private readonly dataSource: DataSource) {}

  /** The one used last comes first. */
  async list(userId: string): Promise<OwnSession[]> {
    return this.dataSource.query<OwnSession[]>(
      `select s.sess ->> 'listedAs' id, s.sess ->> 'browser' browser,
              to_timestamp((s.sess ->> 'startedAt')::float8 / 1000) "startedAt",
              s.expire - make_interval(secs => (s.sess #>> '{cookie,originalMaxAge}')::float8 / 1000) "lastSeenAt"
         from sessions s
         join users u on u.id::text = s.sess ->> 'userId' and u.session_generation = (s.sess ->> 'generation')::int
        where u.id = $1 and s.expire > clock_timestamp() and (s.sess ->> 'startedAt')::float8 > $2
        order by s.expire desc, id`,
      [userId, Date.now() - absoluteMs],
    );
  }

  /** Whether it was there. */
  async end(userId: string, id: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const [, ended] = await manager.query<[unknown, number]>(
        `delete from sessions where sess ->> 'userId' = $1 and sess ->> 'listedAs' = $2`,
        [userId, id],
      );
      if (ended > 0) {
        await recordPersonal(manager, userId, { action: 'session.ended' });
      }
      return ended > 0;
    });
  }

  /** Answers the generation that new ones begin with. */
  async endAll(userId: string): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      await recordPersonal(manager, userId, { action: 'sessions.ended' });
      return endSessionsOf(manager, userId);
    });
  }
}
