import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccountMails1795000030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table account_mails (
        id uuid not null default gen_random_uuid(),
        kind text not null,
        to_address text not null,
        org_id uuid,
        user_id uuid,
        invite_id uuid,
        template_values jsonb not null,
        path text not null,
        sealed_token text,
        state text not null default 'waiting',
        created_at timestamptz not null default now(),
        settled_at timestamptz,
        constraint account_mails_pk primary key (id),
        constraint account_mails_state check (state in ('waiting', 'taken', 'given_up')),
        constraint account_mails_token check (state = 'waiting' or sealed_token is null),
        constraint account_mails_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint account_mails_user foreign key (user_id) references users (id) on delete cascade
      );
      create index account_mails_by_age on account_mails (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table account_mails`);
  }
}
