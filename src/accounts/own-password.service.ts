import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordPersonal } from './record-personal.js';
import { PasswordChanges } from './password-changes.service.js';
import { hashPassword, verifyPassword } from './passwords.js';

/** The password of whoever is signed in. */
@Injectable()
export class OwnPassword {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: PasswordChanges,
  ) {}

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
      await recordPersonal(manager, userId, { action: 'password.changed' });
      return this.changes.write(manager, userId, passwordHash);
    });
  }
}
