import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEmails1795000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table email_templates (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        name text,
        version integer,
        subject text not null,
        body text not null,
        created_by uuid,
        created_at timestamptz not null default now(),
        constraint email_templates_pk primary key (id),
        constraint email_templates_org_id unique (org_id, id),
        constraint email_templates_version unique (org_id, name, version),
        constraint email_templates_named check ((name is null) = (version is null)),
        constraint email_templates_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint email_templates_created_by foreign key (created_by) references users (id) on delete set null
      );
      create table sends (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        event_type_id bigint not null,
        template_id uuid not null,
        subject text not null,
        body text not null,
        reply_to text,
        revision integer not null default 1,
        created_by uuid,
        created_at timestamptz not null default now(),
        dispatched_at timestamptz,
        due_at timestamptz,
        cancelled_at timestamptz,
        constraint sends_pk primary key (id),
        constraint sends_org_id unique (org_id, id),
        constraint sends_org foreign key (org_id) references orgs (id) on delete cascade,
        constraint sends_template foreign key (org_id, template_id) references email_templates (org_id, id),
        constraint sends_created_by foreign key (created_by) references users (id) on delete set null
      );
      create index sends_by_org on sends (org_id, created_at);
      create table email_batches (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        transport text not null,
        key_fingerprint text not null,
        email_ids uuid[] not null,
        body text,
        body_hash text not null,
        claims integer not null default 0,
        attempts integer not null default 0,
        unclear boolean not null default false,
        lease_until timestamptz,
        next_attempt_at timestamptz not null default now(),
        first_attempt_at timestamptz,
        settled_at timestamptz,
        created_at timestamptz not null default now(),
        constraint email_batches_pk primary key (id),
        constraint email_batches_org_id unique (org_id, id),
        constraint email_batches_org foreign key (org_id) references orgs (id) on delete cascade
      );
      create index email_batches_open on email_batches (next_attempt_at) where settled_at is null;
      create table emails (
        id uuid not null default gen_random_uuid(),
        org_id uuid not null,
        send_id uuid not null,
        invitation_id uuid,
        booking_link_id uuid,
        kind text not null default 'invitation',
        position integer not null default 0,
        state text not null default 'draft',
        reason_code text,
        reason text,
        to_name text not null,
        to_address text not null,
        reply_to text,
        template_id uuid,
        template_values jsonb,
        batch_id uuid,
        provider_id text,
        attempts integer not null default 0,
        due_at timestamptz,
        sent_at timestamptz,
        state_at timestamptz not null default now(),
        created_at timestamptz not null default now(),
        constraint emails_pk primary key (id),
        constraint emails_org_id unique (org_id, id),
        constraint emails_kind check (kind in ('invitation', 'test')),
        constraint emails_state check (state in ('draft', 'skipped', 'queued', 'sending', 'accepted', 'delivered',
          'delayed', 'bounced', 'complained', 'suppressed', 'failed', 'cancelled', 'unknown')),
        constraint emails_send foreign key (org_id, send_id) references sends (org_id, id) on delete cascade,
        constraint emails_invitation foreign key (org_id, invitation_id)
          references invitations (org_id, id) on delete cascade,
        constraint emails_booking_link foreign key (org_id, booking_link_id)
          references booking_links (org_id, id) on delete cascade,
        constraint emails_template foreign key (org_id, template_id) references email_templates (org_id, id),
        constraint emails_batch foreign key (org_id, batch_id) references email_batches (org_id, id)
      );
      create unique index emails_one_under_way on emails (invitation_id) where state in ('queued', 'sending');
      create unique index emails_address_once on emails (send_id, lower(to_address))
        where kind = 'invitation' and state <> 'skipped';
      create index emails_by_send on emails (send_id, position);
      create index emails_by_invitation on emails (invitation_id, sent_at);
      create index emails_due on emails (due_at, position, id) where state = 'queued';
      create table email_events (
        id bigint generated always as identity,
        org_id uuid not null,
        email_id uuid not null,
        batch_id uuid,
        type text not null,
        detail text,
        at timestamptz not null default clock_timestamp(),
        constraint email_events_pk primary key (id),
        constraint email_events_email foreign key (org_id, email_id) references emails (org_id, id) on delete cascade
      );
      create index email_events_by_email on email_events (email_id, id);
      create table email_rate_gates (
        key_fingerprint text not null,
        next_at timestamptz not null default now(),
        requests_per_second double precision not null,
        paused_until timestamptz,
        pause_code text,
        pause_reason text,
        constraint email_rate_gates_pk primary key (key_fingerprint)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table email_rate_gates, email_events, emails, email_batches, sends, email_templates`);
  }
}
