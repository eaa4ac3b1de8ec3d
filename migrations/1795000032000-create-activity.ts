import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateActivity1795000032000 implements MigrationInterface {
  /** Without foreign keys: what was done stays told when what it was done to is gone. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table activity (
        id bigint not null generated always as identity,
        org_id uuid,
        at timestamptz not null default statement_timestamp(),
        who text not null,
        who_id uuid,
        action text not null,
        subject_type text,
        subject_id text,
        invitation_id uuid,
        before jsonb,
        after jsonb,
        constraint activity_pk primary key (id),
        constraint activity_who check (who in ('person', 'token', 'system', 'command', 'candidate', 'nobody'))
      );
      create index activity_newest on activity (org_id, at, id) where action <> 'link.made';
      create index activity_by_action on activity (org_id, action, at, id);
      create index activity_by_who on activity (org_id, who, who_id, at, id);
      create index activity_by_subject on activity (org_id, subject_id, at, id) where subject_id is not null;
      create index activity_by_invitation on activity (org_id, invitation_id, at, id) where invitation_id is not null;

      create function refuse_to_change_activity() returns trigger language plpgsql as $$
        begin
          raise exception 'What is noted in "activity" stays as it is: % is refused.', lower(tg_op)
            using errcode = 'restrict_violation';
        end
      $$;
      create trigger activity_append_only before update or delete or truncate on activity
        for each statement execute function refuse_to_change_activity();
      alter table activity enable always trigger activity_append_only;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table activity; drop function refuse_to_change_activity`);
  }
}
