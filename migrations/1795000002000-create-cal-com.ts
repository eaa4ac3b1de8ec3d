import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCalCom1795000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table cal_com_configs (
        org_id uuid not null,
        api_key text,
        api_key_last_four text,
        api_url text,
        user_id bigint,
        user_name text,
        user_email text,
        user_time_zone text,
        default_event_type_id bigint,
        event_types_fetched_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        constraint cal_com_configs_pk primary key (org_id),
        constraint cal_com_configs_org foreign key (org_id) references orgs (id) on delete cascade
      );
      create table cal_com_event_types (
        org_id uuid not null,
        event_type_id bigint not null,
        title text not null,
        slug text not null,
        length_in_minutes integer not null,
        length_in_minutes_options integer[] not null default '{}',
        booking_url text not null,
        hidden boolean not null default false,
        warnings text[] not null default '{}',
        constraint cal_com_event_types_pk primary key (org_id, event_type_id),
        constraint cal_com_event_types_org foreign key (org_id) references orgs (id) on delete cascade
      );
      create table cal_com_bookings (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        invitation_id uuid,
        booking_id text not null,
        previous_booking_id text,
        event_type_id bigint,
        booking_url text not null,
        status text not null,
        start_time timestamptz not null,
        end_time timestamptz not null,
        attendee_name text,
        attendee_email text,
        attendee_time_zone text,
        cancellation_reason text,
        matched_by text,
        cal_updated_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        constraint cal_com_bookings_pk primary key (id),
        constraint cal_com_bookings_org_id unique (org_id, id),
        constraint cal_com_bookings_booking_id unique (org_id, booking_id),
        constraint cal_com_bookings_status
          check (status in ('pending', 'confirmed', 'cancelled', 'rejected', 'no_show')),
        constraint cal_com_bookings_matched_by check (matched_by in ('ref', 'chain', 'api', 'person')),
        constraint cal_com_bookings_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint cal_com_bookings_invitation foreign key (org_id, invitation_id)
          references invitations (org_id, id) on delete cascade
      );
      create index cal_com_bookings_by_invitation on cal_com_bookings (invitation_id);
      create index cal_com_bookings_by_booking_id on cal_com_bookings (booking_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table cal_com_bookings, cal_com_event_types, cal_com_configs`);
  }
}
