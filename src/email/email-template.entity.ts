import { Check, Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One version of a template, never changed. Without name and version it is the text of one send alone. */
@Entity('email_templates')
@Unique('email_templates_org_id', ['orgId', 'id'])
@Unique('email_templates_version', ['orgId', 'name', 'version'])
@Check('email_templates_named', '(name is null) = (version is null)')
export class EmailTemplate {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'email_templates_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey('Org', { name: 'email_templates_org', onDelete: 'CASCADE' })
  orgId!: string;

  @Column('text', { nullable: true })
  name!: string | null;

  @Column('integer', { nullable: true })
  version!: number | null;

  @Column('text')
  subject!: string;

  /** Markdown. */
  @Column('text')
  body!: string;

  @Column('uuid', { nullable: true })
  @ForeignKey('User', { name: 'email_templates_created_by', onDelete: 'SET NULL' })
  createdBy!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
