import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `jsonb` refuses some of what JSON allows, and a signed delivery is kept whatever it says. */
export class KeepWebhookPayloadsAsText1795000011000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table webhook_deliveries alter column payload type text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table webhook_deliveries alter column payload type jsonb using to_jsonb(payload)`);
  }
}
