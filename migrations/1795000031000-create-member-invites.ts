import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateMemberInvites1795000031000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table member_invites (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        address text not null,
        role text not null,
        token_hash text not null,
        invited_by uuid,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        constraint member_invites_pk primary key (id),
        constraint member_invites_token unique (token_hash),
        constraint member_invites_role check (role in ('viewer', 'scheduler', 'admin')),
        constraint member_invites_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint member_invites_invited_by foreign key (invited_by) references users (id) on delete set null
      );
      create unique index member_invites_address on member_invites (org_id, lower(address));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table member_invites`);
  }
}
