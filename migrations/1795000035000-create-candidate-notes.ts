import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCandidateNotes1795000035000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table candidate_notes (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        invitation_id uuid not null,
        user_id uuid,
        text text not null,
        created_at timestamptz not null default clock_timestamp(),
        constraint candidate_notes_pk primary key (id),
        constraint candidate_notes_org_id unique (org_id, id),
        constraint candidate_notes_text check (char_length(text) between 1 and 2000),
        constraint candidate_notes_invitation foreign key (org_id, invitation_id)
          references invitations (org_id, id) on delete cascade,
        constraint candidate_notes_user foreign key (user_id) references users (id) on delete set null
      );
      create index candidate_notes_by_invitation on candidate_notes (invitation_id, created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table candidate_notes`);
  }
}
