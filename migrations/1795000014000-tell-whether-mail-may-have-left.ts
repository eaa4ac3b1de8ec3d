import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TellWhetherMailMayHaveLeft1795000014000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table email_batches add column may_have_left boolean not null default true`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table email_batches drop column may_have_left`);
  }
}
