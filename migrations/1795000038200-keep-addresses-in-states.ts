import type { MigrationInterface, QueryRunner } from 'typeorm';

/** So that a search through the list reads an index alone. What was kept so far is made again, with the addresses. */
export class KeepAddressesInStates1795000038200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      truncate candidate_states, candidate_counts, choosing_counts;
      insert into stale_candidates (org_id, invitation_id) select org_id, id from invitations;
      alter table candidate_states add column email_key text not null;
      drop index candidate_states_by_name;
      create index candidate_states_by_name on candidate_states (org_id, name_key, invitation_id)
        include (assessment_id, status, scheduling_status, needs_attention, mailed_at, email_key);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table candidate_states drop column email_key;
      create index candidate_states_by_name on candidate_states (org_id, name_key, invitation_id)
        include (assessment_id, status, scheduling_status, needs_attention, mailed_at)`);
  }
}
