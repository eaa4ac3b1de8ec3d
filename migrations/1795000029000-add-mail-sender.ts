import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddMailSender1795000029000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table orgs
        add mail_sender_name text,
        add mail_reply_to text,
        add constraint orgs_mail_sender_name check (mail_sender_name !~ '[[:cntrl:]<>"\\\\@]'),
        add constraint orgs_mail_reply_to check (mail_reply_to !~ '[[:cntrl:]]')
    `);
    await runner.query(`
      alter table emails
        add sender_name text,
        add constraint emails_sender_name check (sender_name !~ '[[:cntrl:]<>"\\\\@]')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table emails drop sender_name`);
    await runner.query(`alter table orgs drop mail_sender_name, drop mail_reply_to`);
  }
}
