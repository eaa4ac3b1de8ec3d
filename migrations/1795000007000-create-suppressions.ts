import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSuppressions1795000007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table suppressions (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        address text not null,
        cause text not null,
        detail text,
        created_at timestamptz not null default now(),
        lifted_at timestamptz,
        lifted_by uuid,
        lift_reason text,
        constraint suppressions_pk primary key (id),
        constraint suppressions_address check (address = lower(address)),
        constraint suppressions_cause check (cause in ('bounce', 'complaint', 'opt_out')),
        constraint suppressions_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint suppressions_lifted_by foreign key (lifted_by) references users (id) on delete set null
      );
      create unique index suppressions_in_force on suppressions (org_id, address, cause) where lifted_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table suppressions`);
  }
}
