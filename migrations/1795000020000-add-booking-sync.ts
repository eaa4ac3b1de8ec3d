import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddBookingSync1795000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table cal_com_configs
        add column endpoint_id text,
        add column webhook_id text,
        add column webhook_secret text,
        add column webhook_problem text,
        add column webhook_seen_at timestamptz,
        add column bookings_cursor timestamptz,
        add column bookings_synced_at timestamptz,
        add column bookings_problem text,
        add constraint cal_com_configs_endpoint_id unique (endpoint_id);
      alter table cal_com_event_types add column used boolean not null default false;
      alter table cal_com_bookings
        add column title text,
        add column location text,
        add column host_name text,
        add column read_at timestamptz;
      create index cal_com_bookings_by_start on cal_com_bookings (org_id, start_time);
      alter table webhook_deliveries
        add column org_id uuid,
        add column booking_id text,
        add constraint webhook_deliveries_org foreign key (org_id) references orgs (id) on delete cascade;
      create index webhook_deliveries_by_booking on webhook_deliveries (org_id, booking_id)
        where booking_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index webhook_deliveries_by_booking;
      alter table webhook_deliveries drop column booking_id, drop column org_id;
      drop index cal_com_bookings_by_start;
      alter table cal_com_bookings
        drop column read_at,
        drop column host_name,
        drop column location,
        drop column title;
      alter table cal_com_event_types drop column used;
      alter table cal_com_configs
        drop column bookings_problem,
        drop column bookings_synced_at,
        drop column bookings_cursor,
        drop column webhook_seen_at,
        drop column webhook_problem,
        drop column webhook_secret,
        drop column webhook_id,
        drop column endpoint_id;
    `);
  }
}
