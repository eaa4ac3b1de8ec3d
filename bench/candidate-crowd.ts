import type { Client } from 'pg';
import { storeStates } from '../src/scheduling/candidates/states/candidate-states.service.js';
import { connected } from './bench-server.js';

const firstNames =
  'Ada Amara Anna Ben Chloe Daniel Elif Emeka Farah Femi Grace Hana Hugo Ines Ivan Jana Jonas Kaito Lena Liam Maja Marta Mei Milan Nadia Noah Nora Olga Omar Paula Priya Rosa Samir Sofia Tariq Theo Uma Vera Wei Yara';
const lastNames =
  'Abe Adeyemi Bauer Becker Castro Chen Costa Diaz Dubois Eriksen Fischer Garcia Gomez Haddad Hansen Ito Ivanova Jansen Jensen Kaya Kim Klein Kowalski Larsen Lee Lopez Martin Meyer Moreau Nakamura Nguyen Novak Okafor Olsen Park Patel Petrov Popescu Rahman Ramirez Rossi Santos Schmidt Silva Singh Suzuki Tanaka Torres Weber Yilmaz';

const storedAtOnce = 50_000;

/**
 * Candidates of the one organization as they are in the middle of the work: some without a link, some invited, opened,
 * booked, failed. Without triggers and indexes, which would take most of the time; these
 * come after.
 */
export async function addCrowd(databaseUrl: string, count: number): Promise<void> {
  const client = await connected(databaseUrl);
  await client.query(
    `set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '512MB'`,
  );
  const remake = await dropIndexes(client, ['invitations', 'booking_links', 'emails', 'cal_com_bookings']);
  await client.query(
    `insert into assessments (org_id, title)
     select id, unnest(array['Backend engineer', 'Frontend engineer', 'Data analyst', 'Product designer', 'Support']) from orgs`,
  );
  await client.query(
    `insert into invitations (org_id, assessment_id, name, email, status, submitted_at, time_zone)
     select org_id, ids[1 + (n * 7) % 5], first || ' ' || last, lower(first || '.' || last) || '.' || n || '@people.example',
            (array['invited', 'started', 'submitted', 'submitted', 'submitted', 'submitted', 'reviewed', 'reviewed', 'closed'])[1 + n % 9],
            case when n % 9 > 1 then now() - make_interval(mins => n % 129600) end, 'Europe/Berlin'
       from (select org_id, array_agg(id) ids from assessments group by org_id) a, generate_series(1, $1::int) n,
            lateral (select (string_to_array($2, ' '))[1 + (n * 31) % 40] first, (string_to_array($3, ' '))[1 + n / 40 % 50] last) named`,
    [count, firstNames, lastNames],
  );
  await client.query(`
    create temporary table crowd as
      select org_id, id, email, ('x' || substr(id::text, 1, 6))::bit(24)::int % 1000 n, abs(hashtext(id::text)) % 17520 as hour from invitations;
    with template as (
      insert into email_templates (org_id, subject, body) select id, 'Choose a time', 'Hello' from orgs returning org_id, id)
    insert into sends (org_id, event_type_id, template_id, subject, body, dispatched_at)
      select org_id, 1, id, 'Choose a time', 'Hello', now() from template`);
  await client.query(`
    insert into booking_links (org_id, invitation_id, event_type_id, token, ref, expires_at, created_at, last_opened_at, open_count)
      select org_id, id, 1, 't' || id, 'r' || id, now() + make_interval(days => 2 + n % 20), now() - make_interval(days => 1 + n % 25),
             case when n % 3 = 0 then now() - make_interval(hours => n % 500) end, n % 3
        from crowd where n % 10 < 6;
    insert into emails (org_id, send_id, invitation_id, to_name, to_address, state, sent_at, state_at)
      select c.org_id, s.id, c.id, '', c.email, case when n % 97 = 0 then 'bounced' else 'delivered' end,
             now() - make_interval(days => 1 + n % 25), now() - make_interval(days => 1 + n % 25)
        from crowd c join sends s on s.org_id = c.org_id where n % 10 < 5;
    insert into cal_com_bookings (org_id, invitation_id, booking_id, event_type_id, booking_url, status, start_time, end_time, matched_by, cal_created_at)
      select org_id, id, 'b' || id, 1, 'https://cal.example/b' || id, case when n % 20 = 0 then 'cancelled' when n % 41 = 0 then 'no_show' else 'confirmed' end,
             now() + make_interval(hours => hour - 17180), now() + make_interval(hours => hour - 17179), 'ref', now() - interval '3 days'
        from crowd where n % 10 < 2;
    insert into candidate_requests (org_id, invitation_id, booking_link_id, kind, time_zone)
      select org_id, invitation_id, id, 'times', 'Europe/Berlin' from booking_links where substr(invitation_id::text, 1, 2) = '00'`);
  await client.query(remake);
  await client.query('analyze invitations, booking_links, emails, cal_com_bookings, candidate_requests');
  await storeAllStates(client);
  await client.query(
    `vacuum analyze assessments, invitations, booking_links, emails, cal_com_bookings, candidate_requests, candidate_states,
      candidate_counts, choosing_counts`,
  );
  await client.end();
}

/** By the app's own statement, in greater parts. */
async function storeAllStates(client: Client): Promise<void> {
  await client.query('set session_replication_role = origin');
  const remake = await dropIndexes(client, ['candidate_states']);
  const { rows } = await client.query<{ orgId: string; ids: string[] }>(
    `select org_id "orgId", array_agg(id) ids
       from (select org_id, id, row_number() over (order by id) / ${storedAtOnce} part from invitations) i
      group by org_id, part`,
  );
  for (const { orgId, ids } of rows) {
    await client.query(storeStates, [orgId, ids]);
  }
  await client.query(remake);
}

/** An index is made faster than kept. Answers what makes them again. */
async function dropIndexes(client: Client, tables: readonly string[]): Promise<string> {
  const { rows } = await client.query<{ drop: string; make: string }>(
    `select 'drop index ' || indexrelid::regclass drop, pg_get_indexdef(indexrelid) make from pg_index
      where indrelid = any($1::regclass[])
        and not exists (select from pg_constraint where conindid = indexrelid)`,
    [tables],
  );
  await client.query(rows.map(({ drop }) => drop).join(';'));
  return rows.map(({ make }) => make).join(';');
}
