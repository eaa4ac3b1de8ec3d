import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For "not booked for N days". */
export class IndexMailedCandidates1795000038100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index candidate_states_mailed on candidate_states (org_id, mailed_at)
        where scheduling_status not in ('booked', 'declined')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index candidate_states_mailed`);
  }
}
