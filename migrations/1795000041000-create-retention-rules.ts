import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRetentionRules1795000041000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table retention_rules (
        org_id uuid not null,
        erase_after_days integer,
        changed_at timestamptz not null default clock_timestamp(),
        constraint retention_rules_pk primary key (org_id),
        constraint retention_rules_days check (erase_after_days between 1 and 3650),
        constraint retention_rules_org foreign key (org_id) references orgs (id) on delete cascade
      );
      create table assessment_retentions (
        org_id uuid not null,
        assessment_id uuid not null,
        closed_at timestamptz not null,
        kept_until timestamptz,
        noticed_at timestamptz,
        erase_at timestamptz,
        candidates integer,
        constraint assessment_retentions_pk primary key (org_id, assessment_id),
        constraint assessment_retentions_notice check (num_nulls(noticed_at, erase_at, candidates) in (0, 3)),
        constraint assessment_retentions_assessment foreign key (org_id, assessment_id)
          references assessments (org_id, id) on delete cascade
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table assessment_retentions;
      drop table retention_rules;
    `);
  }
}
