import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateErasures1795000039000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table fingerprint_keys (
        org_id uuid not null,
        sealed_key text not null,
        constraint fingerprint_keys_pk primary key (org_id),
        constraint fingerprint_keys_org foreign key (org_id) references orgs (id) on delete cascade
      );
      create table erased_suppressions (
        org_id uuid not null,
        fingerprint text not null,
        cause text not null,
        created_at timestamptz not null,
        constraint erased_suppressions_pk primary key (org_id, fingerprint, cause),
        constraint erased_suppressions_cause check (cause in ('bounce', 'complaint', 'opt_out')),
        constraint erased_suppressions_org foreign key (org_id) references orgs (id) on delete cascade
      );
      create table tombstones (
        org_id uuid not null,
        fingerprint text not null,
        assessment_id uuid not null,
        invitation_id uuid not null,
        kind text not null,
        erased_at timestamptz not null default clock_timestamp(),
        constraint tombstones_pk primary key (org_id, fingerprint, assessment_id, invitation_id),
        constraint tombstones_kind check (kind in ('external_id', 'address')),
        constraint tombstones_assessment foreign key (org_id, assessment_id)
          references assessments (org_id, id) on delete cascade,
        constraint tombstones_invitation foreign key (org_id, invitation_id)
          references invitations (org_id, id) on delete cascade
      );
      create index tombstones_by_invitation on tombstones (invitation_id);
      create table erasures (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        created_by uuid,
        created_at timestamptz not null default now(),
        begun_at timestamptz,
        finished_at timestamptz,
        constraint erasures_pk primary key (id),
        constraint erasures_org_id unique (org_id, id),
        constraint erasures_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint erasures_created_by foreign key (created_by) references users (id) on delete set null
      );
      create index erasures_under_way on erasures (begun_at) where finished_at is null;
      create table erasure_rows (
        erasure_id uuid not null,
        invitation_id uuid not null,
        org_id uuid not null,
        picked boolean not null default true,
        state text not null default 'waiting',
        state_at timestamptz not null default now(),
        constraint erasure_rows_pk primary key (erasure_id, invitation_id),
        constraint erasure_rows_state check (state in ('waiting', 'held', 'done')),
        constraint erasure_rows_erasure foreign key (org_id, erasure_id)
          references erasures (org_id, id) on delete cascade,
        constraint erasure_rows_invitation foreign key (org_id, invitation_id)
          references invitations (org_id, id) on delete cascade
      );
      create index erasure_rows_open on erasure_rows (erasure_id, invitation_id) where state <> 'done';
      create index erasure_rows_by_invitation on erasure_rows (invitation_id);
      alter table invitations add column erased_at timestamptz;
      alter table emails add column erased_at timestamptz;
      alter table cal_com_bookings add column erased_at timestamptz;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table cal_com_bookings drop column erased_at;
      alter table emails drop column erased_at;
      alter table invitations drop column erased_at;
      drop table erasure_rows;
      drop table erasures;
      drop table tombstones;
      drop table erased_suppressions;
      drop table fingerprint_keys;
    `);
  }
}
