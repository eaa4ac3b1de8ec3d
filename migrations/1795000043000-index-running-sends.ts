import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For the sends that run, which every page counts: one look a send, however many mails wait. */
export class IndexRunningSends1795000043000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index emails_running on emails (org_id, send_id)
        where kind = 'invitation' and state in ('queued', 'sending')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index emails_running`);
  }
}
