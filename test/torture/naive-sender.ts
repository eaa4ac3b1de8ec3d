import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

/**
 * How mail is often sent, and why that does not do: a lease on each row and a new idempotency key for each attempt.
 * `node --import ./test/support/run-typescript.mjs` this file, database address, Resend address, own name.
 */
const [databaseUrl = '', resendUrl = '', name = ''] = process.argv.slice(2);
const batchSize = 50;
const timeoutMs = 2_000;
const leaseSeconds = 3;

interface Answer {
  readonly data: readonly { id: string }[];
  readonly errors?: readonly { index: number }[];
}

process.stdin.on('end', () => process.exit(1)).resume();
const db = new Client({ connectionString: databaseUrl });
db.on('error', () => process.exit(1));
await db.connect();
process.stdout.write('ready\n');
for (;;) {
  const mails = await claim();
  if (mails.length === 0) {
    await pause(200);
    continue;
  }
  const answer = await send(mails).catch(() => null);
  if (answer) {
    await settle(mails, answer);
  }
}

async function claim(): Promise<{ id: string; to: string }[]> {
  const { rows } = await db.query<{ id: string; to: string }>(
    `update naive_mails set lease_until = clock_timestamp() + make_interval(secs => $2)
      where id in (select id from naive_mails where state = 'queued' and lease_until < clock_timestamp()
                    limit $1 for update skip locked)
      returning id, address "to"`,
    [batchSize, leaseSeconds],
  );
  return rows;
}

async function send(mails: readonly { id: string; to: string }[]): Promise<Answer | null> {
  const response = await fetch(`${resendUrl}/emails/batch`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer re_test',
      'content-type': 'application/json',
      'user-agent': name,
      'idempotency-key': randomUUID(),
      'x-batch-validation': 'permissive',
    },
    body: JSON.stringify(
      mails.map(({ id, to }) => ({ to: [to], subject: 'Hello', tags: [{ name: 'email_id', value: id }] })),
    ),
    signal: AbortSignal.timeout(timeoutMs),
  });
  return response.ok ? ((await response.json()) as Answer) : null;
}

async function settle(mails: readonly { id: string }[], { data, errors = [] }: Answer): Promise<void> {
  const refused = new Set(errors.map(({ index }) => index));
  const ids = data.map(({ id }) => id);
  const providerIds = mails.map((_, index) => (refused.has(index) ? null : ids.shift()));
  await db.query(
    `update naive_mails m set state = case when u.provider_id is null then 'failed' else 'accepted' end,
            provider_id = u.provider_id
       from unnest($1::uuid[], $2::text[]) u (id, provider_id) where m.id = u.id`,
    [mails.map(({ id }) => id), providerIds],
  );
}
