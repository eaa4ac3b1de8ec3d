import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Invitation } from '../../candidates/invitation.entity.js';
import { BookingLink } from '../links/booking-link.entity.js';
import type { TimeWindow } from './time-wish.js';

export const requestKinds = ['times', 'new_link', 'declined'] as const;
export type RequestKind = (typeof requestKinds)[number];

/** What a candidate asked for or said on their own page: it needs attention until a person settles it. */
@Entity('candidate_requests')
@Unique('candidate_requests_org_id', ['orgId', 'id'])
@Check('candidate_requests_kind', `kind in ('times', 'new_link', 'declined')`)
@Index('candidate_requests_one_open', ['bookingLinkId', 'kind'], { unique: true, where: '(settled_at IS NULL)' })
@Index('candidate_requests_open', ['invitationId'], { where: '(settled_at IS NULL)' })
@ForeignKey(() => Invitation, ['orgId', 'invitationId'], ['orgId', 'id'], {
  name: 'candidate_requests_invitation',
  onDelete: 'CASCADE',
})
@ForeignKey(() => BookingLink, ['orgId', 'bookingLinkId'], ['orgId', 'id'], {
  name: 'candidate_requests_link',
  onDelete: 'CASCADE',
})
export class CandidateRequest {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'candidate_requests_pk' })
  id!: string;

  @Column('uuid')
  orgId!: string;

  @Column('uuid')
  invitationId!: string;

  @Column('uuid')
  bookingLinkId!: string;

  @Column('text')
  kind!: RequestKind;

  /** Of a wish for other times: up to three, in `timeZone`. */
  @Column('jsonb', { default: [] })
  windows!: TimeWindow[];

  @Column('text', { default: '' })
  note!: string;

  /** The candidate's, as the page showed it when they wrote. */
  @Column('text')
  timeZone!: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  settledAt!: Date | null;

  /** Null also where the candidate took care of it: by booking, or by saying something newer. */
  @Column('uuid', { nullable: true })
  @ForeignKey('User', { name: 'candidate_requests_settled_by', onDelete: 'SET NULL' })
  settledBy!: string | null;
}
