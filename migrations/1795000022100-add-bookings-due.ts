import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddBookingsDue1795000022100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table cal_com_configs add column bookings_due_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table cal_com_configs drop column bookings_due_at`);
  }
}
