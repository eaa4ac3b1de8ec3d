import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddMailReports1795000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table emails add column despite_opt_out boolean not null default false;
      alter table email_events add column provider_id text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table email_events drop column provider_id;
      alter table emails drop column despite_opt_out;
    `);
  }
}
