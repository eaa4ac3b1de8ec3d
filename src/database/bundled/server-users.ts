import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lifeOf } from './process-life.js';

/**
 * Who uses a server now: one note per user, in a folder beside the database. The last one to leave stops the server, so that the
 * command line may start what the app then goes on using. Synchronous, because the last chance is the `exit` event.
 */
export class ServerUsers {
  private readonly own = `${process.pid}-${randomBytes(6).toString('hex')}`;

  constructor(private readonly folder: string) {}

  join(): void {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, this.own), lifeOf(process.pid) ?? '');
  }

  leave(): void {
    rmSync(join(this.folder, this.own), { force: true });
  }

  /** Whether anyone else still uses the server; notes of processes that died are cleared away. */
  areLeft(): boolean {
    const others = readdirSync(this.folder).filter((name) => name !== this.own);
    const alive = others.filter(
      (name) => lifeOf(Number.parseInt(name, 10)) === readFileSync(join(this.folder, name), 'utf8'),
    );
    for (const name of others) {
      if (!alive.includes(name)) {
        rmSync(join(this.folder, name), { force: true });
      }
    }
    return alive.length > 0;
  }
}
