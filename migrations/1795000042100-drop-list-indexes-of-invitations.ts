import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The list is in `candidate_states`, with indexes of its own: here they cost an import, and nothing reads them. */
export class DropListIndexesOfInvitations1795000042100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index invitations_by_name, invitations_by_submission');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index invitations_by_name on invitations (org_id, (lower(name) collate "und-x-icu"), id);
      create index invitations_by_submission
        on invitations (org_id, (coalesce(submitted_at, 'epoch'::timestamptz)), id)`);
  }
}
