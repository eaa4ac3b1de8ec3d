import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBookingLinks1795000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table booking_links (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        invitation_id uuid not null,
        event_type_id bigint not null,
        length_in_minutes integer,
        token text not null,
        ref text not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        open_count integer not null default 0,
        last_opened_at timestamptz,
        created_at timestamptz not null default now(),
        constraint booking_links_pk primary key (id),
        constraint booking_links_org_id unique (org_id, id),
        constraint booking_links_token unique (token),
        constraint booking_links_ref unique (ref),
        constraint booking_links_invitation foreign key (org_id, invitation_id)
          references invitations (org_id, id) on delete cascade
      );
      create unique index booking_links_one_open on booking_links (invitation_id, event_type_id)
        where revoked_at is null;
      create index booking_links_by_invitation on booking_links (invitation_id, created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table booking_links`);
  }
}
