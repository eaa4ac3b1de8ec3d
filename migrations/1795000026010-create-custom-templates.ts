import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCustomTemplates1795000026010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table custom_templates (
        org_id uuid not null,
        name text not null,
        title text not null,
        archived_at timestamptz,
        created_at timestamptz not null default now(),
        constraint custom_templates_pk primary key (org_id, name),
        constraint custom_templates_org foreign key (org_id) references orgs (id) on delete cascade
      );
      create unique index custom_templates_title on custom_templates (org_id, lower(title));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table custom_templates`);
  }
}
