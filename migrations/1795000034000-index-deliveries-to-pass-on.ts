import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What Cal.com told is passed on from the table; of what came before, a job of its own was made. */
export class IndexDeliveriesToPassOn1795000034000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update webhook_deliveries set handled_at = received_at where provider = 'cal_com' and handled_at is null;
      create index webhook_deliveries_to_pass_on on webhook_deliveries (received_at)
        where provider = 'cal_com' and handled_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index webhook_deliveries_to_pass_on`);
  }
}
