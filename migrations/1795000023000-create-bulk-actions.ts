import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBulkActions1795000023000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table bulk_actions (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        kind text not null,
        reason text not null default '',
        created_by uuid,
        created_at timestamptz not null default now(),
        constraint bulk_actions_pk primary key (id),
        constraint bulk_actions_org_id unique (org_id, id),
        constraint bulk_actions_kind check (kind in ('cancel', 'no_show')),
        constraint bulk_actions_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint bulk_actions_created_by foreign key (created_by) references users (id) on delete set null
      );
      create table bulk_action_rows (
        action_id uuid not null,
        booking_id uuid not null,
        org_id uuid not null,
        position integer not null,
        state text not null default 'waiting',
        reason text,
        state_at timestamptz not null default now(),
        constraint bulk_action_rows_pk primary key (action_id, booking_id),
        constraint bulk_action_rows_state check (state in ('waiting', 'working', 'done', 'failed', 'stopped')),
        constraint bulk_action_rows_action foreign key (org_id, action_id)
          references bulk_actions (org_id, id) on delete cascade,
        constraint bulk_action_rows_booking foreign key (org_id, booking_id)
          references cal_com_bookings (org_id, id) on delete cascade
      );
      create index bulk_action_rows_by_booking on bulk_action_rows (booking_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table bulk_action_rows; drop table bulk_actions`);
  }
}
