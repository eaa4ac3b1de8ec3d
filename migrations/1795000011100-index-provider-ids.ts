import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexProviderIds1795000011100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index emails_by_provider_id on emails (provider_id) where provider_id is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index emails_by_provider_id`);
  }
}
