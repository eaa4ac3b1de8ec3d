import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Invitation } from '../../../candidates/invitation.entity.js';

/** What somebody of the hiring team wrote down about a candidate, for the others; it goes with the candidate. */
@Entity('candidate_notes')
@Unique('candidate_notes_org_id', ['orgId', 'id'])
@Check('candidate_notes_text', 'char_length(text) between 1 and 2000')
@Index('candidate_notes_by_invitation', ['invitationId', 'createdAt'])
@ForeignKey(() => Invitation, ['orgId', 'invitationId'], ['orgId', 'id'], {
  name: 'candidate_notes_invitation',
  onDelete: 'CASCADE',
})
export class CandidateNote {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'candidate_notes_pk' })
  id!: string;

  @Column('uuid')
  orgId!: string;

  @Column('uuid')
  invitationId!: string;

  /** Who wrote it; null once they have no account any more. */
  @Column('uuid', { nullable: true })
  @ForeignKey('User', { name: 'candidate_notes_user', onDelete: 'SET NULL' })
  userId!: string | null;

  @Column('text')
  text!: string;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  createdAt!: Date;
}
