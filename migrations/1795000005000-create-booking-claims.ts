import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBookingClaims1795000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table booking_claims (
        invitation_id uuid not null,
        org_id uuid not null,
        holder uuid not null,
        held_until timestamptz not null,
        constraint booking_claims_pk primary key (invitation_id),
        constraint booking_claims_invitation foreign key (org_id, invitation_id)
          references invitations (org_id, id) on delete cascade
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table booking_claims`);
  }
}
