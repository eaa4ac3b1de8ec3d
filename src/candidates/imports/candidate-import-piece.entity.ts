import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { CandidateImport } from './candidate-import.entity.js';

/** A part of the bytes of a file, in Postgres, where every replica finds it. */
@Entity('candidate_import_pieces')
@ForeignKey(() => CandidateImport, ['orgId', 'importId'], ['orgId', 'id'], {
  name: 'candidate_import_pieces_import',
  onDelete: 'CASCADE',
})
export class CandidateImportPiece {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'candidate_import_pieces_pk' })
  importId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'candidate_import_pieces_pk' })
  place!: number;

  @Column('uuid')
  orgId!: string;

  @Column('bytea')
  content!: Buffer;
}
