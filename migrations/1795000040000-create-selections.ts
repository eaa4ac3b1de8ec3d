import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSelections1795000040000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table selections (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        user_id uuid not null,
        invitation_ids uuid[] not null,
        created_at timestamptz not null default clock_timestamp(),
        constraint selections_pk primary key (id),
        constraint selections_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint selections_user foreign key (user_id) references users (id) on delete cascade
      );
      create index selections_by_org on selections (org_id, created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table selections`);
  }
}
