import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdempotencyKeys1795000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table idempotency_keys (
        org_id uuid not null,
        key text not null,
        request_hash text not null,
        status integer,
        body text,
        created_at timestamptz not null default now(),
        constraint idempotency_keys_pk primary key (org_id, key),
        constraint idempotency_keys_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint idempotency_keys_answered check ((status is null) = (body is null))
      );
      create index idempotency_keys_by_age on idempotency_keys (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table idempotency_keys`);
  }
}
