import type { DataSource } from 'typeorm';
import type { SealedValue, SealedValues } from './sealed-values.js';
import type { Vault } from './vault.service.js';

export type SealedState = 'current' | 'older' | 'unreadable';

export interface Rotation {
  readonly changed: number;
  /** All there are now, by what the keys make of them; those that no key opens stay as they are. */
  readonly states: Readonly<Record<SealedState, number>>;
}

/** One that somebody changed while we were at it is looked at once more. */
const passes = 3;

/** Every ciphertext of the database, and what the keys of the vault make of it. */
export class SealedStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly vault: Vault,
    private readonly kinds: readonly SealedValues[],
  ) {}

  async list(): Promise<readonly (SealedValue & { readonly state: SealedState })[]> {
    const lists = await Promise.all(this.kinds.map((kind) => this.listOf(kind)));
    return lists.flat().map((value) => ({ ...value, state: this.stateOf(value) }));
  }

  /**
   * Encrypts with the first key whatever another one has encrypted: one row at a time, and only where it still is
   * what was read, so that the app may run and change it meanwhile.
   */
  async rotate(): Promise<Rotation> {
    let changed = 0;
    for (let pass = 0; pass < passes; pass += 1) {
      for (const kind of this.kinds) {
        changed += await this.rotateKind(kind);
      }
    }
    const states = { current: 0, older: 0, unreadable: 0 };
    for (const { state } of await this.list()) {
      states[state] += 1;
    }
    return { changed, states };
  }

  private async rotateKind(kind: SealedValues): Promise<number> {
    let changed = 0;
    for (const { row, sealed, place } of await this.listOf(kind)) {
      const plain = this.vault.isCurrent(sealed) ? null : this.vault.decrypt(sealed, place);
      if (plain === null) {
        continue;
      }
      const [, count] = await this.dataSource.query<[unknown, number]>(kind.replaceSql, [
        row,
        sealed,
        this.vault.encrypt(plain, place),
      ]);
      changed += count;
    }
    return changed;
  }

  private async listOf({ table, listSql }: SealedValues): Promise<SealedValue[]> {
    const [found] = await this.dataSource.query<{ exists: boolean }[]>('select to_regclass($1) is not null "exists"', [
      table,
    ]);
    return found!.exists ? this.dataSource.query<SealedValue[]>(listSql) : [];
  }

  private stateOf({ sealed, place }: SealedValue): SealedState {
    if (this.vault.decrypt(sealed, place) === null) {
      return 'unreadable';
    }
    return this.vault.isCurrent(sealed) ? 'current' : 'older';
  }
}
