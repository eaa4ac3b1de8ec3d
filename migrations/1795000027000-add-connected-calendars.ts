import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddConnectedCalendars1795000027000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table cal_com_configs
        add column calendars jsonb,
        add column calendars_fetched_at timestamptz
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`alter table cal_com_configs drop column calendars, drop column calendars_fetched_at`);
  }
}
