import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApiTokens1795000028000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api_tokens (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        name text not null,
        scope text not null,
        token_hash text not null,
        last_four text not null,
        created_by uuid,
        created_at timestamptz not null default now(),
        last_used_at timestamptz,
        expires_at timestamptz,
        revoked_at timestamptz,
        revoked_by uuid,
        constraint api_tokens_pk primary key (id),
        constraint api_tokens_hash unique (token_hash),
        constraint api_tokens_scope check (scope in ('read', 'send', 'manage')),
        constraint api_tokens_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint api_tokens_created_by foreign key (created_by) references users (id) on delete set null,
        constraint api_tokens_revoked_by foreign key (revoked_by) references users (id) on delete set null
      );
      create unique index api_tokens_name on api_tokens (org_id, lower(name)) where revoked_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table api_tokens`);
  }
}
