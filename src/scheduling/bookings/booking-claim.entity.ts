import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Invitation } from '../../candidates/invitation.entity.js';

/** Somebody is booking for this candidate right now. A row and no lock: none is held while Cal.com is asked. */
@Entity('booking_claims')
@ForeignKey(() => Invitation, ['orgId', 'invitationId'], ['orgId', 'id'], {
  name: 'booking_claims_invitation',
  onDelete: 'CASCADE',
})
export class BookingClaim {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'booking_claims_pk' })
  invitationId!: string;

  @Column('uuid')
  orgId!: string;

  /** Tells this claim from a later one that took over. */
  @Column('uuid')
  holder!: string;

  @Column('timestamptz')
  heldUntil!: Date;
}
