import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'choosing_counts_pk';

/** How many can still choose a time of an event type and length (0: its own); kept by triggers. */
@Entity('choosing_counts')
export class ChoosingCount {
  @PrimaryColumn('uuid', { primaryKeyConstraintName })
  orgId!: string;

  @PrimaryColumn('bigint', { primaryKeyConstraintName })
  eventTypeId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName })
  chosenLength!: number;

  @Column('integer')
  people!: number;
}
