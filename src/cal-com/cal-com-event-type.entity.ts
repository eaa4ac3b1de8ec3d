import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Org } from '../accounts/org.entity.js';
import { calIdColumn } from './cal-id-column.js';
import { type EventTypeWarning, warningFromText } from './event-type-warnings.js';

/** An event type as Cal.com told it last. */
@Entity('cal_com_event_types')
export class CalComEventType {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'cal_com_event_types_pk' })
  @ForeignKey(() => Org, { name: 'cal_com_event_types_org', onDelete: 'CASCADE' })
  orgId!: string;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'cal_com_event_types_pk', transformer: calIdColumn })
  eventTypeId!: number;

  @Column('text')
  title!: string;

  @Column('text')
  slug!: string;

  @Column('integer')
  lengthInMinutes!: number;

  /** The lengths a booker may choose from; empty where there is only the one. */
  @Column('integer', { array: true, default: '{}' })
  lengthInMinutesOptions!: number[];

  /** Cal.com's page, where anyone can book it. */
  @Column('text')
  bookingUrl!: string;

  @Column('boolean', { default: false })
  hidden!: boolean;

  @Column('text', { array: true, default: '{}' })
  warnings!: string[];

  warningList(): EventTypeWarning[] {
    return this.warnings.map(warningFromText);
  }

  offersLength(minutes: number): boolean {
    return minutes === this.lengthInMinutes || this.lengthInMinutesOptions.includes(minutes);
  }

  /** Bookings of it are ours to show, even without a link of ours. */
  @Column('boolean', { default: false })
  used!: boolean;
}
