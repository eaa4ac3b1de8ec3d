import { createReadStream, createWriteStream, openAsBlob, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { readCsv } from '../src/candidates/csv-reader.js';
import { connected, type BenchServer } from './bench-server.js';
import { BenchSite } from './bench-site.js';
import { fixedWindow } from './limiters.js';
import type { Line } from './line.js';

const timed = 200_000;
const few = 10_000;
const assessments = 9;
const rowsAtOnce = 1_000;
const lookEveryMs = 100;
const longestMs = 30 * 60_000;
const path = '/app/candidates/import';

/** What a large file costs that goes in through the page: against its rows alone, and against a small one. */
export async function measureImport(server: BenchServer, many = 1_000_000): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), 'interlude-import-'));
  try {
    const file = join(folder, 'timed.csv');
    await write(file, timed);
    const bare = timed / (await secondsOf(() => readAlone(file)));
    const inserted = timed / (await insertAlone(server, file));
    const through = await throughThePage(server, folder, timed);
    const imported = timed / through.seconds;
    const small = await throughThePage(server, folder, few);
    const large = await throughThePage(server, folder, many);
    return [
      {
        what: 'rows a second imported over the same inserted bare',
        figure: imported / inserted,
        bound: { atLeast: 0.3 },
        against: `${rounded(inserted)} a second parsed and inserted, ${rounded(imported)} imported after the check`,
      },
      {
        what: 'rows a second imported over the bare parser',
        figure: imported / bare,
        bound: null,
        against: `${rounded(bare)} a second only parsed: into no table, and none of its five indexes`,
      },
      {
        what: `memory importing ${many} rows over ${few}`,
        figure: large.peakMiB / small.peakMiB,
        bound: { atMost: 1.3 },
        against: `${rounded(small.peakMiB)} MiB at most with ${few} rows, ${rounded(large.peakMiB)} MiB with ${many}`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function write(file: string, rows: number): Promise<void> {
  const lines = function* () {
    yield 'name,email,assessment,status,submitted_at,time_zone,external_id\n';
    for (let from = 0; from < rows; from += rowsAtOnce) {
      yield Array.from({ length: rowsAtOnce }, (_, index) => lineOf(from + index)).join('');
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
}

function lineOf(n: number): string {
  const assessment = `Assessment ${n % assessments}`;
  return `Person ${n} Lovelace,person-${n}@people.example,${assessment},submitted,2026-11-20,Europe/Berlin,x${n}\n`;
}

async function readAlone(file: string): Promise<void> {
  for await (const _ of readCsv(createReadStream(file)));
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1_000;
}

/** The least that gets the rows there: no rule looks at them, and nothing is compared. */
async function insertAlone(server: BenchServer, file: string): Promise<number> {
  const databaseUrl = await server.createDatabase();
  const client = await connected(databaseUrl);
  try {
    await client.query(
      `insert into assessments (org_id, title)
       select orgs.id, 'Assessment ' || n from orgs, generate_series(0, $1 - 1) n`,
      [assessments],
    );
    return await secondsOf(async () => {
      await client.query('begin');
      for await (const rows of inBatches(file)) {
        await client.query(
          `insert into invitations (org_id, assessment_id, name, email, status, submitted_at, time_zone, external_id)
           select a.org_id, a.id, r.name, r.email, r.status, r.submitted_at, r.time_zone, r.external_id
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[])
               r (name, email, title, status, submitted_at, time_zone, external_id) join assessments a using (title)`,
          Array.from({ length: 7 }, (_, column) => rows.map((cells) => cells[column])),
        );
      }
      await client.query('commit');
    });
  } finally {
    await client.end();
    await server.dropDatabase(databaseUrl);
  }
}

async function* inBatches(file: string): AsyncGenerator<(readonly string[])[]> {
  let batch: (readonly string[])[] = [];
  let isHeader = true;
  for await (const rows of readCsv(createReadStream(file))) {
    batch.push(...rows.slice(isHeader ? 1 : 0).map(({ cells }) => cells));
    isHeader = false;
    if (batch.length >= rowsAtOnce) {
      yield batch;
      batch = [];
    }
  }
  yield batch;
}

interface Passage {
  /** From the yes to the last row. */
  readonly seconds: number;
  /** The most memory that the app had since it began to take the file. */
  readonly peakMiB: number;
}

async function throughThePage(server: BenchServer, folder: string, rows: number): Promise<Passage> {
  const file = join(folder, `${rows}.csv`);
  await write(file, rows);
  const site = await BenchSite.open(server, { candidates: 0, limiter: fixedWindow(1) });
  try {
    const form = new FormData();
    form.set('step', 'check');
    form.set('file', await openAsBlob(file), 'candidates.csv');
    const place = await site.admin.post(path, form);
    const until = async (title: string) => {
      const deadline = performance.now() + longestMs;
      while (!(await site.admin.page(place)).includes(`<title>${title}`)) {
        if (performance.now() > deadline) {
          throw new Error(`${title} never came.`);
        }
        await pause(lookEveryMs);
      }
    };
    await until('Check before the import');
    const seconds = await secondsOf(async () => {
      await site.admin.post(`${place}/confirmation`, {});
      await until('The file is imported');
    });
    return { seconds, peakMiB: peakMiB(site.apps[0].pid) };
  } finally {
    await site.close();
    await rm(file, { force: true });
  }
}

function peakMiB(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

function rounded(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}
