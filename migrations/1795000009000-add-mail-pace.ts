import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddMailPace1795000009000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table email_rate_gates
        drop column next_at,
        add column configured_requests_per_second double precision not null default 0,
        add column calls timestamptz[] not null default '{}',
        add column held_until timestamptz,
        add column guard_ms double precision not null default 20;
      alter table orgs
        add column daily_mail_cap integer,
        add constraint orgs_daily_mail_cap check (daily_mail_cap between 1 and 1000000);
      alter table email_batches add column outcome text;
      create index email_batches_by_org on email_batches (org_id, created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index email_batches_by_org;
      alter table email_batches drop column outcome;
      alter table orgs drop column daily_mail_cap;
      alter table email_rate_gates
        drop column guard_ms,
        drop column held_until,
        drop column calls,
        drop column configured_requests_per_second,
        add column next_at timestamptz not null default now();
    `);
  }
}
