import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The send that a request with an `Idempotency-Key` started, noted with its start: what was answered may not be. */
export class NoteSendsOfKeys1795000043100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table idempotency_keys
        add column send_id uuid,
        add constraint idempotency_keys_send foreign key (org_id, send_id) references sends (org_id, id)
          on delete cascade`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table idempotency_keys drop column send_id`);
  }
}
