import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccounts1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table orgs (
        id uuid not null default gen_random_uuid(),
        name text not null,
        slug text not null,
        time_zone text not null default 'UTC',
        undo_window_seconds integer not null default 30,
        recent_mail_days integer not null default 3,
        booking_link_days integer not null default 14,
        created_at timestamptz not null default now(),
        constraint orgs_pk primary key (id),
        constraint orgs_slug unique (slug),
        constraint orgs_undo_window check (undo_window_seconds between 0 and 3600),
        constraint orgs_recent_mail_days check (recent_mail_days between 0 and 90),
        constraint orgs_booking_link_days check (booking_link_days between 1 and 365)
      );
      create table users (
        id uuid not null default gen_random_uuid(),
        email text not null,
        name text not null,
        password_hash text not null,
        disabled_at timestamptz,
        created_at timestamptz not null default now(),
        constraint users_pk primary key (id)
      );
      create unique index users_email on users (lower(email));
      create table memberships (
        org_id uuid not null,
        user_id uuid not null,
        role text not null,
        created_at timestamptz not null default now(),
        constraint memberships_pk primary key (org_id, user_id),
        constraint memberships_role check (role in ('viewer', 'scheduler', 'admin')),
        constraint memberships_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint memberships_user foreign key (user_id) references users (id) on delete cascade
      );
      create index memberships_by_user on memberships (user_id);
      create table sessions (
        sid text not null,
        sess jsonb not null,
        expire timestamptz not null,
        constraint sessions_pk primary key (sid)
      );
      create index sessions_expire on sessions (expire);
      create table setup_tokens (
        id boolean not null default true,
        token_hash text not null,
        expires_at timestamptz not null,
        constraint setup_tokens_pk primary key (id),
        constraint setup_tokens_single check (id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table setup_tokens, sessions, memberships, users, orgs`);
  }
}
