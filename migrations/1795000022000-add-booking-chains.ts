import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddBookingChains1795000022000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table cal_com_bookings
        add column next_booking_id text,
        add column cal_created_at timestamptz,
        add column missing_since timestamptz;
      create index cal_com_bookings_by_previous on cal_com_bookings (org_id, previous_booking_id)
        where previous_booking_id is not null;
      create index cal_com_bookings_unmatched on cal_com_bookings (org_id) where matched_by is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index cal_com_bookings_unmatched;
      drop index cal_com_bookings_by_previous;
      alter table cal_com_bookings
        drop column missing_since,
        drop column cal_created_at,
        drop column next_booking_id;
    `);
  }
}
