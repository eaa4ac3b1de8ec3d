import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Org } from '../../accounts/org.entity.js';
import type { InvitationColumn } from '../invitation-header.js';

/** What a column of this name held in the last file of the organization; null where it was passed over. */
@Entity('import_columns')
export class ImportColumn {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'import_columns_pk' })
  @ForeignKey(() => Org, { name: 'import_columns_org', onDelete: 'CASCADE' })
  orgId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'import_columns_pk' })
  heading!: string;

  @Column('text', { nullable: true })
  field!: InvitationColumn | null;
}
