import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCandidateImports1795000037000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table candidate_imports (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        user_id uuid not null,
        state text not null default 'receiving',
        bytes integer not null default 0,
        headings jsonb not null default '[]',
        columns jsonb not null default '[]',
        reason text,
        checked jsonb,
        result jsonb,
        read_bytes integer not null default 0,
        seen_at timestamptz not null default now(),
        created_at timestamptz not null default now(),
        constraint candidate_imports_pk primary key (id),
        constraint candidate_imports_org_id unique (org_id, id),
        constraint candidate_imports_state
          check (state in ('receiving', 'mapping', 'checking', 'checked', 'importing', 'done', 'refused')),
        constraint candidate_imports_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint candidate_imports_user foreign key (user_id) references users (id) on delete cascade
      );
      create index candidate_imports_by_age on candidate_imports (created_at);
      create table candidate_import_pieces (
        import_id uuid not null,
        place integer not null,
        org_id uuid not null,
        content bytea not null,
        constraint candidate_import_pieces_pk primary key (import_id, place),
        constraint candidate_import_pieces_import foreign key (org_id, import_id)
          references candidate_imports (org_id, id) on delete cascade
      );
      create table candidate_import_faults (
        import_id uuid not null,
        line integer not null,
        org_id uuid not null,
        name text,
        reason text not null,
        constraint candidate_import_faults_pk primary key (import_id, line),
        constraint candidate_import_faults_import foreign key (org_id, import_id)
          references candidate_imports (org_id, id) on delete cascade
      );
      create table import_columns (
        org_id uuid not null,
        heading text not null,
        field text,
        constraint import_columns_pk primary key (org_id, heading),
        constraint import_columns_org foreign key (org_id) references orgs (id) on delete cascade
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table import_columns;
      drop table candidate_import_faults;
      drop table candidate_import_pieces;
      drop table candidate_imports;
    `);
  }
}
