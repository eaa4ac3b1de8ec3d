import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateWebhookDeliveries1795000008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table webhook_deliveries (
        id uuid not null default gen_random_uuid(),
        provider text not null,
        external_id text not null,
        type text not null,
        payload jsonb,
        received_at timestamptz not null default now(),
        handled_at timestamptz,
        constraint webhook_deliveries_pk primary key (id),
        constraint webhook_deliveries_once unique (provider, external_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table webhook_deliveries`);
  }
}
