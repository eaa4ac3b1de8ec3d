import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCandidates1795000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table assessments (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        external_id text,
        title text not null,
        closed_at timestamptz,
        created_at timestamptz not null default now(),
        constraint assessments_pk primary key (id),
        constraint assessments_org_id unique (org_id, id),
        constraint assessments_external_id unique (org_id, external_id),
        constraint assessments_org foreign key (org_id) references orgs (id) on delete cascade
      );
      create unique index assessments_title on assessments (org_id, lower(title));
      create table invitations (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        assessment_id uuid not null,
        external_id text,
        name text not null,
        email text not null,
        status text not null default 'invited',
        submitted_at timestamptz,
        time_zone text,
        declined_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        constraint invitations_pk primary key (id),
        constraint invitations_org_id unique (org_id, id),
        constraint invitations_external_id unique (org_id, assessment_id, external_id),
        constraint invitations_status check (status in ('invited', 'started', 'submitted', 'reviewed', 'closed')),
        constraint invitations_assessment foreign key (org_id, assessment_id)
          references assessments (org_id, id) on delete cascade
      );
      create unique index invitations_email on invitations (org_id, assessment_id, lower(email));
      create index invitations_by_name on invitations (org_id, (lower(name) collate "und-x-icu"), id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table invitations, assessments`);
  }
}
