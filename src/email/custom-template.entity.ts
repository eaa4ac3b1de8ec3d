import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A template that an admin added to the built-in ones. What it says stands in its versions (`EmailTemplate`). */
@Entity('custom_templates')
@Index('custom_templates_title', { synchronize: false })
export class CustomTemplate {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'custom_templates_pk' })
  @ForeignKey('Org', { name: 'custom_templates_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** Made from the first title and never changed; its versions bear it. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'custom_templates_pk' })
  name!: string;

  @Column('text')
  title!: string;

  @Column('timestamptz', { nullable: true })
  archivedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
