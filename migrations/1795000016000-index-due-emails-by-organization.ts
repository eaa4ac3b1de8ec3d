import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A request holds mails of one organization: without this, each one sorted all of its queued mails. */
export class IndexDueEmailsByOrganization1795000016000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index emails_due_by_org on emails (org_id, due_at, position, id) where state = 'queued';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index emails_due_by_org`);
  }
}
