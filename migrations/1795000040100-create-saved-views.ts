import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSavedViews1795000040100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table saved_views (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        user_id uuid,
        shared boolean not null,
        name text not null,
        words text not null,
        search text not null,
        created_at timestamptz not null default clock_timestamp(),
        constraint saved_views_pk primary key (id),
        constraint saved_views_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint saved_views_user foreign key (user_id) references users (id) on delete set null
      );
      create unique index saved_views_own on saved_views (org_id, user_id, lower(name)) where not shared;
      create unique index saved_views_shared on saved_views (org_id, lower(name)) where shared;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table saved_views`);
  }
}
