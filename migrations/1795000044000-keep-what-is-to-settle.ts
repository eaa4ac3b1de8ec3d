import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every page says how many bookings are to settle: looked for among few, and not among all that are ahead. */
export class KeepWhatIsToSettle1795000044000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table candidate_states add column to_settle boolean not null default false;
      create index candidate_states_to_settle on candidate_states (org_id, invitation_id) where to_settle;
      insert into stale_candidates (org_id, invitation_id)
        select distinct org_id, invitation_id from cal_com_bookings
         where invitation_id is not null and status in ('pending', 'confirmed') and end_time > now();
      drop index cal_com_bookings_ahead;
      drop trigger cal_com_bookings_changed on cal_com_bookings;
      ${noteChanged('updated_at', 'end_time', 'event_type_id', 'missing_since')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table candidate_states drop column to_settle;
      create index cal_com_bookings_ahead on cal_com_bookings (org_id, end_time)
        include (invitation_id, event_type_id, status, missing_since)
        where status in ('pending', 'confirmed') and invitation_id is not null;
      drop trigger cal_com_bookings_changed on cal_com_bookings;
      ${noteChanged('updated_at')}`);
  }
}

function noteChanged(...more: string[]): string {
  const columns = ['invitation_id', 'status', 'start_time', 'next_booking_id', 'cal_created_at', ...more];
  const of = (row: string) => columns.map((column) => `${row}.${column}`).join(', ');
  return `create trigger cal_com_bookings_changed after update on cal_com_bookings for each row
    when ((${of('old')}) is distinct from (${of('new')})) execute function mark_changed_booking()`;
}
