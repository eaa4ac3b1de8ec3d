import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddWebhookRegistration1795000021000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table cal_com_configs
        add column webhook_connection text,
        add column webhook_registered_at timestamptz,
        add column webhook_checked_at timestamptz,
        add column webhook_busy_until timestamptz,
        add column webhook_leftover text
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table cal_com_configs
        drop column webhook_leftover,
        drop column webhook_busy_until,
        drop column webhook_checked_at,
        drop column webhook_registered_at,
        drop column webhook_connection
    `);
  }
}
