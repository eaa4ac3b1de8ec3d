import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCandidateRequests1795000024000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table candidate_requests (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        invitation_id uuid not null,
        booking_link_id uuid not null,
        kind text not null,
        windows jsonb not null default '[]',
        note text not null default '',
        time_zone text not null,
        created_at timestamptz not null default now(),
        settled_at timestamptz,
        settled_by uuid,
        constraint candidate_requests_pk primary key (id),
        constraint candidate_requests_org_id unique (org_id, id),
        constraint candidate_requests_kind check (kind in ('times', 'new_link', 'declined')),
        constraint candidate_requests_invitation foreign key (org_id, invitation_id)
          references invitations (org_id, id) on delete cascade,
        constraint candidate_requests_link foreign key (org_id, booking_link_id)
          references booking_links (org_id, id) on delete cascade,
        constraint candidate_requests_settled_by foreign key (settled_by) references users (id) on delete set null
      );
      create unique index candidate_requests_one_open on candidate_requests (booking_link_id, kind)
        where settled_at is null;
      create index candidate_requests_open on candidate_requests (invitation_id) where settled_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table candidate_requests`);
  }
}
