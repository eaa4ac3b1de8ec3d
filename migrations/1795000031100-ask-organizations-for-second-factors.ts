import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AskOrganizationsForSecondFactors1795000031100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table orgs add asks_second_factor boolean not null default false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table orgs drop asks_second_factor`);
  }
}
