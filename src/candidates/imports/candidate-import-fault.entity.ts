import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { CandidateImport } from './candidate-import.entity.js';

/** A row of a file that does not go in, and why. */
@Entity('candidate_import_faults')
@ForeignKey(() => CandidateImport, ['orgId', 'importId'], ['orgId', 'id'], {
  name: 'candidate_import_faults_import',
  onDelete: 'CASCADE',
})
export class CandidateImportFault {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'candidate_import_faults_pk' })
  importId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'candidate_import_faults_pk' })
  line!: number;

  @Column('uuid')
  orgId!: string;

  @Column('text', { nullable: true })
  name!: string | null;

  @Column('text')
  reason!: string;
}
