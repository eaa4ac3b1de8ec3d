import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBookingAssignments1795000025000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table booking_assignments (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        event_type_id bigint not null,
        length_in_minutes integer,
        created_by uuid,
        created_at timestamptz not null default now(),
        constraint booking_assignments_pk primary key (id),
        constraint booking_assignments_org_id unique (org_id, id),
        constraint booking_assignments_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint booking_assignments_created_by foreign key (created_by) references users (id) on delete set null
      );
      create table booking_assignment_rows (
        assignment_id uuid not null,
        invitation_id uuid not null,
        org_id uuid not null,
        position integer not null,
        start_time timestamptz not null,
        time_zone text not null,
        replaces text[] not null default '{}',
        state text not null default 'waiting',
        reason text,
        booking_id text,
        state_at timestamptz not null default now(),
        constraint booking_assignment_rows_pk primary key (assignment_id, invitation_id),
        constraint booking_assignment_rows_state
          check (state in ('waiting', 'working', 'done', 'failed', 'stopped')),
        constraint booking_assignment_rows_assignment foreign key (org_id, assignment_id)
          references booking_assignments (org_id, id) on delete cascade,
        constraint booking_assignment_rows_invitation foreign key (org_id, invitation_id)
          references invitations (org_id, id) on delete cascade
      );
      create index booking_assignment_rows_by_invitation on booking_assignment_rows (invitation_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table booking_assignment_rows; drop table booking_assignments`);
  }
}
