import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Org } from '../../accounts/org.entity.js';
import { User } from '../../accounts/user.entity.js';
import { calIdColumn } from '../../cal-com/cal-id-column.js';
import { EmailTemplate } from '../../email/email-template.entity.js';

/** One press of the Send button, from its draft on. Its state follows from these times and from its emails. */
@Entity('sends')
@Unique('sends_org_id', ['orgId', 'id'])
@Index('sends_by_org', ['orgId', 'createdAt'])
@ForeignKey(() => EmailTemplate, ['orgId', 'templateId'], ['orgId', 'id'], { name: 'sends_template' })
export class Send {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'sends_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Org, { name: 'sends_org', onDelete: 'CASCADE' })
  orgId!: string;

  @Column('bigint', { transformer: calIdColumn })
  eventTypeId!: number;

  /** The template version the draft began with; a dispatched email points at the version it was made from. */
  @Column('uuid')
  templateId!: string;

  @Column('text')
  subject!: string;

  @Column('text')
  body!: string;

  @Column('text', { nullable: true })
  replyTo!: string | null;

  /** Counts the changes of the draft, so that nobody sends what a colleague just changed. */
  @Column('integer', { default: 1 })
  revision!: number;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, { name: 'sends_created_by', onDelete: 'SET NULL' })
  createdBy!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  dispatchedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  dueAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  cancelledAt!: Date | null;

  isDraft(): boolean {
    return !this.dispatchedAt && !this.cancelledAt;
  }

  state(counts: EmailCounts, now: Date, { paused, capped }: Hold): SendState {
    const { queued = 0, sending = 0 } = counts;
    if (!this.dispatchedAt) {
      return this.cancelledAt ? 'cancelled' : 'draft';
    }
    if (queued + sending > 0) {
      if (this.dueAt && this.dueAt > now && sending === 0) {
        return 'waiting';
      }
      return queued > 0 && (paused || capped >= queued + sending) ? 'paused' : 'sending';
    }
    return this.cancelledAt && !somethingLeft(counts) ? 'cancelled' : 'done';
  }
}

/** What keeps queued mails from leaving: no mail leaves at all, or so many wait for the next day. */
export interface Hold {
  readonly paused: boolean;
  readonly capped: number;
}

export type SendState = 'draft' | 'waiting' | 'sending' | 'paused' | 'done' | 'cancelled';
export type EmailCounts = Readonly<Partial<Record<string, number>>>;

const neverLeft = new Set(['draft', 'skipped', 'cancelled', 'queued']);

function somethingLeft(counts: EmailCounts): boolean {
  return Object.entries(counts).some(([state, count]) => count! > 0 && !neverLeft.has(state));
}
