import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who opts out or bounces is found among the mails that wait; no address can bring a header line of its own. */
export class IndexQueuedAddresses1795000012000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index emails_queued_by_address on emails (org_id, lower(to_address)) where state = 'queued';
      alter table emails
        add constraint emails_to_address check (to_address !~ '[[:cntrl:]]'),
        add constraint emails_reply_to check (reply_to !~ '[[:cntrl:]]');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table emails drop constraint emails_reply_to, drop constraint emails_to_address;
      drop index emails_queued_by_address;
    `);
  }
}
