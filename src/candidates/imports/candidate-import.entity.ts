import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Org } from '../../accounts/org.entity.js';
import { User } from '../../accounts/user.entity.js';
import type { ImportCounts } from '../invitation-import.service.js';
import type { MappedColumns } from '../invitation-header.js';

export const importStates = ['receiving', 'mapping', 'checking', 'checked', 'importing', 'done', 'refused'] as const;
export type ImportState = (typeof importStates)[number];

/** A file of candidates on its way in: checked, shown to whoever chose it, and imported once they say so. */
@Entity('candidate_imports')
@Unique('candidate_imports_org_id', ['orgId', 'id'])
@Check('candidate_imports_state', `state in (${importStates.map((state) => `'${state}'`).join(', ')})`)
@Index('candidate_imports_by_age', ['createdAt'])
export class CandidateImport {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'candidate_imports_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Org, { name: 'candidate_imports_org', onDelete: 'CASCADE' })
  orgId!: string;

  @Column('uuid')
  @ForeignKey(() => User, { name: 'candidate_imports_user', onDelete: 'CASCADE' })
  userId!: string;

  @Column('text', { default: 'receiving' })
  state!: ImportState;

  @Column('integer', { default: 0 })
  bytes!: number;

  /** The cells of the first row. */
  @Column('jsonb', { default: [] })
  headings!: readonly string[];

  /** What each of them holds. */
  @Column('jsonb', { default: [] })
  columns!: MappedColumns;

  /** Why the whole file was refused. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb', { nullable: true })
  checked!: ImportCounts | null;

  @Column('jsonb', { nullable: true })
  result!: ImportCounts | null;

  @Column('integer', { default: 0 })
  readBytes!: number;

  /** When whoever works on it was last seen to. */
  @Column('timestamptz', { default: () => 'now()' })
  seenAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  /** Waits for its uploader, who may still choose the columns. */
  get isOpen(): boolean {
    return this.state === 'mapping' || this.state === 'checked';
  }

  get isUnderWay(): boolean {
    return this.state === 'checking' || this.state === 'importing';
  }
}
