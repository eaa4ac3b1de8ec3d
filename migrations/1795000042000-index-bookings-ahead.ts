import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For what is to settle, which every page counts: by this index alone. */
export class IndexBookingsAhead1795000042000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index cal_com_bookings_ahead on cal_com_bookings (org_id, end_time)
        include (invitation_id, event_type_id, status, missing_since)
        where status in ('pending', 'confirmed') and invitation_id is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index cal_com_bookings_ahead`);
  }
}
