import type { EntityManager } from 'typeorm';
import { erasedName } from './person.js';

/** What people wrote, where it may name somebody: `$1` is the organization, `$2` what to look for, in lower case. */
const texts: readonly { readonly table: string; readonly columns: readonly string[]; readonly which?: string }[] = [
  { table: 'sends', columns: ['subject', 'body'] },
  { table: 'email_templates', columns: ['subject', 'body'], which: 'name is null' },
  { table: 'candidate_notes', columns: ['text'] },
  { table: 'candidate_requests', columns: ['note'] },
  { table: 'bulk_actions', columns: ['reason'] },
  { table: 'suppressions', columns: ['lift_reason'] },
];

type Row = Readonly<Record<string, string | null>> & { readonly id: string };

/** One word may be any word: only a name of several is looked for. */
export function needlesOf(names: readonly string[], addresses: readonly string[]): string[] {
  const full = names.map((name) => name.trim()).filter((name) => /\s/.test(name));
  return [...new Set([...full, ...addresses].map((text) => text.toLowerCase()))];
}

/** Takes names and addresses out of what somebody wrote to or about others. */
export async function eraseFromTexts(manager: EntityManager, orgId: string, needles: readonly string[]): Promise<void> {
  for (const { table, columns, which = 'true' } of texts) {
    const found = await manager.query<Row[]>(
      `select id, ${columns.join(', ')} from ${table}
        where org_id = $1 and ${which} and exists (
          select 1 from unnest($2::text[]) needle where position(needle in lower(concat_ws(' ', ${columns.join(', ')}))) > 0)`,
      [orgId, needles],
    );
    for (const row of found) {
      const kept = columns.map((column) => (row[column] === null ? null : withoutNeedles(row[column]!, needles)));
      const sets = columns.map((column, place) => `${column} = $${place + 2}`);
      await manager.query(`update ${table} set ${sets.join(', ')} where id = $1`, [row.id, ...kept]);
    }
  }
}

/** Without the needles, which are in lower case, wherever they stand as whole words. */
export function withoutNeedles(text: string, needles: readonly string[]): string {
  return needles.reduce(withoutNeedle, text);
}

function withoutNeedle(text: string, needle: string): string {
  let kept = '';
  let at = 0;
  while (at < text.length) {
    const end = at + needle.length;
    const isThere = text.slice(at, end).toLowerCase() === needle && !isLetter(text[at - 1]) && !isLetter(text[end]);
    kept += isThere ? erasedName : text[at];
    at = isThere ? end : at + 1;
  }
  return kept;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** A message to nobody but people who are erased goes with them. */
export async function eraseOwnSends(manager: EntityManager, orgId: string, ids: readonly string[]): Promise<void> {
  await manager.query(
    `with own as (
       select s.id from sends s
        where s.id in (select send_id from emails where org_id = $1 and invitation_id = any($2::uuid[]))
          and not exists (select 1 from emails e where e.send_id = s.id and e.erased_at is null)),
     one_off as (
       update email_templates t set subject = '${erasedName}', body = '${erasedName}'
        where t.org_id = $1 and t.name is null
          and t.id in (select e.template_id from emails e join own on own.id = e.send_id))
     update sends s set subject = '${erasedName}', body = '${erasedName}' from own where s.id = own.id`,
    [orgId, ids],
  );
}

/** A message that a browser has not shown yet may name them, and what a provider refused for. */
export async function eraseFromMoments(manager: EntityManager, needles: readonly string[]): Promise<void> {
  await manager.query(
    `update email_rate_gates set pause_reason = ''
      where exists (select 1 from unnest($1::text[]) needle where position(needle in lower(pause_reason)) > 0)`,
    [needles],
  );
  await manager.query(
    `update sessions set sess = sess - 'flash' - 'typedTemplate'
      where exists (select 1 from unnest($1::text[]) needle where position(needle in lower(sess::text)) > 0)`,
    [needles],
  );
}

/** What programs were answered, kept for who asks again: whatever tells of these people is told without its texts. */
export async function eraseFromAnswers(
  manager: EntityManager,
  orgId: string,
  ids: readonly string[],
  needles: readonly string[],
): Promise<void> {
  const marks = [...ids, ...needles];
  const rows = await manager.query<{ key: string; body: string }[]>(
    `select key, body from idempotency_keys
      where org_id = $1 and exists (
        select 1 from unnest($2::text[]) mark where position(mark in lower(concat_ws(' ', key, body))) > 0)`,
    [orgId, marks],
  );
  for (const { key, body } of rows) {
    if (marks.some((mark) => key.toLowerCase().includes(mark))) {
      await manager.query('delete from idempotency_keys where org_id = $1 and key = $2', [orgId, key]);
      continue;
    }
    const kept = body === null ? null : JSON.stringify(withoutPeople(JSON.parse(body), marks));
    await manager.query('update idempotency_keys set body = $3 where org_id = $1 and key = $2', [orgId, key, kept]);
  }
}

const toldAnyway = new Set(['invitation_id', 'email_id', 'booking_id', 'send_id', 'status', 'outcome', 'state']);

/** Every object of which a text tells of them keeps its ids, numbers and states, and none of its other texts. */
export function withoutPeople(value: unknown, marks: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => withoutPeople(each, marks));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  const tells = entries.some(
    ([, each]) => typeof each === 'string' && marks.some((mark) => each.toLowerCase().includes(mark)),
  );
  return Object.fromEntries(
    entries.map(([name, each]) => [
      name,
      tells && typeof each === 'string' && !toldAnyway.has(name) ? null : withoutPeople(each, marks),
    ]),
  );
}
