import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { endSessionsOf } from './end-sessions.js';
import { hashPassword, verifyPassword } from './passwords.js';

/** The password of whoever is signed in. */
@Injectable()
export class OwnPassword {
  constructor(private readonly dataSource: DataSource) {}

  async fits(userId: string, password: string): Promise<boolean> {
    const [user] = await this.dataSource.query<{ hash: string }[]>(
      'select password_hash hash from users where id = $1',
      [userId],
    );
    return verifyPassword(user?.hash ?? null, password);
  }

  /** Ends every session of the person; answers the generation that new ones begin with. */
  async change(userId: string, password: string): Promise<number> {
    const passwordHash = await hashPassword(password);
    return this.dataSource.transaction(async (manager) => {
      await manager.query('update users set password_hash = $2 where id = $1', [userId, passwordHash]);
      return endSessionsOf(manager, userId);
    });
  }
}
