import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the Scheduling list sorts and filters by, beside what it leads back to. */
export class CreateCandidateStates1795000038000 implements MigrationInterface {
  /**
   * `stale_candidates` is only ever appended to by what changes a candidate, so that nobody waits there. Without
   * foreign keys, which would lock the invitations of an import: a state goes when its invitation is found gone.
   */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table stale_candidates (
        id bigint not null generated always as identity,
        org_id uuid not null,
        invitation_id uuid not null,
        constraint stale_candidates_pk primary key (id)
      ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
      create index stale_candidates_by_org on stale_candidates (org_id, id);
      create table candidate_states (
        invitation_id uuid not null,
        org_id uuid not null,
        assessment_id uuid not null,
        status text not null,
        scheduling_status text not null,
        needs_attention boolean not null,
        name_key text collate "und-x-icu" not null,
        submitted_at timestamptz not null,
        last_activity timestamptz not null,
        mailed_at timestamptz,
        choosing text[] not null,
        fresh_until timestamptz,
        constraint candidate_states_pk primary key (invitation_id)
      );
      create index candidate_states_by_name on candidate_states (org_id, name_key, invitation_id)
        include (assessment_id, status, scheduling_status, needs_attention, mailed_at);
      create index candidate_states_by_submission on candidate_states (org_id, submitted_at, invitation_id)
        include (assessment_id, status, scheduling_status, needs_attention, mailed_at);
      create index candidate_states_by_activity on candidate_states (org_id, last_activity, invitation_id)
        include (assessment_id, status, scheduling_status, needs_attention, mailed_at);
      create index candidate_states_by_status on candidate_states (org_id, scheduling_status, status);
      create index candidate_states_by_assessment on candidate_states (org_id, assessment_id, scheduling_status);
      create index candidate_states_attention on candidate_states (org_id) where needs_attention;
      create index candidate_states_due on candidate_states (org_id, fresh_until) where fresh_until is not null;
      create table candidate_counts (
        org_id uuid not null,
        assessment_id uuid not null,
        status text not null,
        scheduling_status text not null,
        needs_attention boolean not null,
        count integer not null,
        constraint candidate_counts_pk
          primary key (org_id, assessment_id, status, scheduling_status, needs_attention)
      );
      create table choosing_counts (
        org_id uuid not null,
        event_type_id bigint not null,
        chosen_length integer not null,
        people integer not null,
        constraint choosing_counts_pk primary key (org_id, event_type_id, chosen_length)
      );
    `);
    await runner.query(countingTriggers);
    await runner.query(markingTriggers);
    await runner.query(`insert into stale_candidates (org_id, invitation_id) select org_id, id from invitations`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function mark_changed_invitations, mark_changed_candidates, mark_changed_booking, mark_changed_mail cascade;
      drop table candidate_states, stale_candidates, candidate_counts, choosing_counts;
      drop function count_candidate_states`);
  }
}

/** Each changed row counts once as it is and once, taken away, as it was. */
const countingTriggers = `
  create function count_candidate_states() returns trigger language plpgsql as $$
    begin
      insert into candidate_counts as known
        select org_id, assessment_id, status, scheduling_status, needs_attention, count(*) * tg_argv[0]::int
          from changed group by 1, 2, 3, 4, 5
          on conflict on constraint candidate_counts_pk do update set count = known.count + excluded.count;
      insert into choosing_counts as known
        select org_id, split_part(chosen, ':', 1)::bigint, split_part(chosen, ':', 2)::int, count(*) * tg_argv[0]::int
          from changed cross join unnest(choosing) chosen group by 1, 2, 3
          on conflict on constraint choosing_counts_pk do update set people = known.people + excluded.people;
      return null;
    end
  $$;
  create trigger candidate_states_added after insert on candidate_states
    referencing new table as changed for each statement execute function count_candidate_states('1');
  create trigger candidate_states_left after update on candidate_states
    referencing old table as changed for each statement execute function count_candidate_states('-1');
  create trigger candidate_states_entered after update on candidate_states
    referencing new table as changed for each statement execute function count_candidate_states('1');
  create trigger candidate_states_removed after delete on candidate_states
    referencing old table as changed for each statement execute function count_candidate_states('-1');`;

/** Whatever the rule of `scheduling_status` looks at says whom it may have changed for. */
const markingTriggers = `
  create function mark_changed_invitations() returns trigger language plpgsql as $$
    begin
      insert into stale_candidates (org_id, invitation_id) select org_id, id from changed;
      return null;
    end
  $$;
  create trigger invitations_added after insert on invitations
    referencing new table as changed for each statement execute function mark_changed_invitations();
  create trigger invitations_changed after update on invitations
    referencing new table as changed for each statement execute function mark_changed_invitations();
  create trigger invitations_removed after delete on invitations
    referencing old table as changed for each statement execute function mark_changed_invitations();

  create function mark_changed_candidates() returns trigger language plpgsql as $$
    begin
      insert into stale_candidates (org_id, invitation_id)
        select org_id, invitation_id from changed where invitation_id is not null;
      return null;
    end
  $$;
  create trigger booking_links_added after insert on booking_links
    referencing new table as changed for each statement execute function mark_changed_candidates();
  create trigger booking_links_changed after update on booking_links
    referencing new table as changed for each statement execute function mark_changed_candidates();
  create trigger booking_links_removed after delete on booking_links
    referencing old table as changed for each statement execute function mark_changed_candidates();
  create trigger candidate_requests_added after insert on candidate_requests
    referencing new table as changed for each statement execute function mark_changed_candidates();
  create trigger candidate_requests_changed after update on candidate_requests
    referencing new table as changed for each statement execute function mark_changed_candidates();
  create trigger candidate_requests_removed after delete on candidate_requests
    referencing old table as changed for each statement execute function mark_changed_candidates();
  create trigger cal_com_bookings_added after insert on cal_com_bookings
    referencing new table as changed for each statement execute function mark_changed_candidates();
  create trigger cal_com_bookings_removed after delete on cal_com_bookings
    referencing old table as changed for each statement execute function mark_changed_candidates();

  create function mark_changed_booking() returns trigger language plpgsql as $$
    begin
      insert into stale_candidates (org_id, invitation_id)
        select new.org_id, id from unnest(array[old.invitation_id, new.invitation_id]) id where id is not null;
      return null;
    end
  $$;
  create trigger cal_com_bookings_changed after update on cal_com_bookings for each row
    when ((old.invitation_id, old.status, old.start_time, old.next_booking_id, old.cal_created_at, old.updated_at)
      is distinct from
      (new.invitation_id, new.status, new.start_time, new.next_booking_id, new.cal_created_at, new.updated_at))
    execute function mark_changed_booking();

  create function mark_changed_mail() returns trigger language plpgsql as $$
    begin
      insert into stale_candidates (org_id, invitation_id)
        select mail.org_id, mail.invitation_id from (select (coalesce(new, old)).*) mail;
      return null;
    end
  $$;
  create trigger emails_sent after insert on emails for each row
    when (new.sent_at is not null and new.invitation_id is not null) execute function mark_changed_mail();
  create trigger emails_settled after update on emails for each row
    when (new.invitation_id is not null and (new.sent_at is distinct from old.sent_at
      or new.sent_at is not null and new.state <> old.state)) execute function mark_changed_mail();
  create trigger emails_removed after delete on emails for each row
    when (old.sent_at is not null and old.invitation_id is not null) execute function mark_changed_mail();`;
