import * as cheerio from 'cheerio';
import { setTimeout as pause } from 'node:timers/promises';
import type request from 'supertest';
import { testPassword } from '../support/app.js';
import { ResendServer } from '../support/resend-server.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';

type Agent = ReturnType<typeof request.agent>;

const people = 5;
const rounds = 10;
const mailsEach = 3;
const testMs = 120_000;

/** Undo is pressed from a little before the mails are due until a worker has certainly looked. */
const firstPressMs = -100;
const lastPressMs = 1_100;

describe('undo at the last moment', () => {
  let resend: ResendServer;
  let test: SchedulingTest;
  let agents: Agent[];
  let eventType: string;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startScheduling({
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme Interviews <interviews@acme.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '50',
    });
    await test.db.query('update orgs set recent_mail_days = 0, undo_window_seconds = 1');
    const page = cheerio.load((await test.asha.agent.get('/app/scheduling')).text);
    eventType = page('#event_type_id option').attr('value')!;
    agents = await Promise.all(Array.from({ length: people }, signedIn));
  }, testMs);
  afterAll(async () => {
    await test.stop();
    await resend.stop();
  });

  it(
    'sends each mail once or not at all, and the answer tells which',
    async () => {
      const ids = await test.ids(people * mailsEach);
      const stopped: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const kept = agents.map((agent, person) => {
          const share = (round * people + person) / (rounds * people - 1);
          const pressMs = firstPressMs + share * (lastPressMs - firstPressMs);
          return sendAndUndo(agent, ids.slice(person * mailsEach, (person + 1) * mailsEach), pressMs);
        });
        stopped.push(...(await Promise.all(kept)));
      }
      // Some came in time and some did not, or the test has shown nothing.
      expect(Math.max(...stopped)).toBe(mailsEach);
      expect(Math.min(...stopped)).toBe(0);
    },
    testMs,
  );

  async function signedIn(): Promise<Agent> {
    const agent = test.visitor();
    await agent.post('/sign-in').type('form').send({ email: test.asha.email, password: testPassword }).expect(303);
    return agent;
  }

  async function sendAndUndo(agent: Agent, ids: readonly string[], pressMs: number): Promise<number> {
    const id = await dispatch(agent, ids);
    const [send] = await test.db.query<{ dueAt: Date }[]>('select due_at "dueAt" from sends where id = $1', [id]);
    await pause(Math.max(0, send!.dueAt.getTime() + pressMs - Date.now()));
    await agent.post(`/app/sends/${id}/cancellation`).expect(303);
    const said = cheerio
      .load((await agent.get(`/app/sends/${id}`).expect(200)).text)('#flash')
      .text();
    const { cancelled = 0, accepted = 0, ...others } = await test.settled(id);
    expect(others).toEqual({});
    expect(numbersIn(said)).toEqual({ kept: cancelled, gone: accepted });
    const emails = await test.db.query<{ id: string; state: string }[]>(
      'select id, state from emails where send_id = $1',
      [id],
    );
    for (const email of emails) {
      const arrived = resend.sent.filter((mail) => mail.emailId === email.id).length;
      expect([email.state, arrived]).toEqual([email.state, email.state === 'accepted' ? 1 : 0]);
    }
    return cancelled;
  }

  async function dispatch(agent: Agent, ids: readonly string[]): Promise<string> {
    const form = { invitation_ids: ids, event_type_id: eventType };
    const drafted = await agent.post('/app/scheduling/sends').type('form').send(form).expect(303);
    const id = drafted.headers['location']!.split('/').at(-1)!;
    await agent.post(`/app/sends/${id}/dispatch`).type('form').send({ revision: '1' }).expect(303);
    return id;
  }
});

function numbersIn(said: string): { kept: number; gone: number } {
  const numberBefore = (words: RegExp) => Number(words.exec(said)?.[1] ?? 0);
  return {
    kept: numberBefore(/(\d+) emails? will not leave/),
    gone: numberBefore(/(\d+) had left before/) + numberBefore(/(\d+) (?:is|are) on the way/),
  };
}
