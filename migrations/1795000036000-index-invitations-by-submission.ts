import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexInvitationsBySubmission1795000036000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index invitations_by_submission
        on invitations (org_id, (coalesce(submitted_at, 'epoch'::timestamptz)), id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index invitations_by_submission`);
  }
}
