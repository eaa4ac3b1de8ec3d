import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateFreeTimes1795000024100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table free_times (
        org_id uuid not null,
        event_type_id bigint not null,
        chosen_length integer not null,
        starts timestamptz[] not null default '{}',
        fetched_at timestamptz,
        asked_at timestamptz not null,
        constraint free_times_pk primary key (org_id, event_type_id, chosen_length),
        constraint free_times_org foreign key (org_id) references orgs (id) on delete cascade
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table free_times`);
  }
}
