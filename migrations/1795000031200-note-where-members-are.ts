import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NoteWhereMembersAre1795000031200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table memberships add chosen_at timestamptz, add last_seen_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table memberships drop chosen_at, drop last_seen_at`);
  }
}
