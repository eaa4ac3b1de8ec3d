import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is too old is looked for once a day. */
export class IndexDeliveriesByAge1795000021100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index webhook_deliveries_with_payload on webhook_deliveries (received_at) where payload is not null
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index webhook_deliveries_with_payload`);
  }
}
