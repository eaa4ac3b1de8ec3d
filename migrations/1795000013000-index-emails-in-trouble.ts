import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sends with mails that need a person are found without counting the mails of all others. */
export class IndexEmailsInTrouble1795000013000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index emails_in_trouble on emails (org_id, send_id)
        where state in ('failed', 'bounced', 'complained', 'suppressed', 'unknown');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index emails_in_trouble');
  }
}
