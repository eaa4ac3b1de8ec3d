import * as cheerio from 'cheerio';
import { systemActor } from '../../../src/shared/actor.js';
import { FreeTimesCacheService } from '../../../src/scheduling/free-times/free-times-cache.service.js';
import { RefreshFreeTimesJob } from '../../../src/scheduling/free-times/refresh-free-times.job.js';
import { expire, linkedCandidate, openPage, storeBooking, wordsOf } from '../../support/candidate-page.js';
import { until } from '../../support/until.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

const dayMs = 24 * 60 * 60 * 1000;

describe('free times and the people who choose', () => {
  let test: SchedulingTest;
  let eventType: string;

  beforeEach(async () => {
    test = await startScheduling();
    const page = cheerio.load((await test.asha.agent.get('/app/scheduling').expect(200)).text);
    eventType = page('#event_type_id option:contains("Interview · 30 min")').first().attr('value')!;
  });
  afterEach(() => test.stop());

  const slotRequests = () => test.sandbox.requests.filter(({ path }) => path.startsWith('/v2/slots')).length;
  const draft = async (count: number) => {
    const answer = await test.asha.agent
      .post('/app/scheduling/sends')
      .type('form')
      .send({ invitation_ids: await test.ids(count), event_type_id: eventType })
      .expect(303);
    return answer.headers['location']!;
  };
  const freeAtCalCom = async () => {
    const from = new Date();
    const to = new Date(from.getTime() + 14 * dayMs);
    const query = `event_type_id=${eventType}&from=${from.toISOString()}&to=${to.toISOString()}`;
    const answer = await test.asha.agent.get(`/api/admin/scheduling/cal-com/slots?${query}`).expect(200);
    return (answer.body as { data: { start_time: string }[] }).data;
  };
  const alarmsOf = async () =>
    wordsOf(cheerio.load((await test.asha.agent.get('/app/scheduling').expect(200)).text), '.notice');
  const close = (to: number) => {
    for (const host of test.sandbox.state.hosts) Object.assign(host, { workingHours: { from: 9, to } });
  };
  const refresh = () => test.app.get(FreeTimesCacheService).refresh(systemActor(test.acme.orgId), { ageMs: 0 });

  it('are counted before links are sent, and asked for again only when they are old', async () => {
    const address = await draft(7);
    const page = cheerio.load((await test.asha.agent.get(address).expect(200)).text);
    const free = (await freeAtCalCom()).length;
    expect(free).toBeGreaterThan(7);
    expect(wordsOf(page)).toContain(`${free} free times for 7 people in the next 14 days`);
    expect(wordsOf(page)).toContain('As of just now.');
    const before = slotRequests();
    await test.asha.agent.get(address).expect(200);
    expect(slotRequests()).toBe(before);
    await test.db.query(
      `update free_times set fetched_at = now() - interval '5 minutes', asked_at = now() - interval '5 minutes'`,
    );
    await test.asha.agent.get(address).expect(200);
    expect(slotRequests()).toBe(before + 1);
    expect(await alarmsOf()).toBe('');
    const list = cheerio.load((await test.asha.agent.get('/app/scheduling').expect(200)).text);
    const line = `Interview: ${free} free times for 7 people in the next 14 days. As of just now.`;
    expect(wordsOf(list, '[aria-label="Free times"]')).toBe(line);
    const viewers = cheerio.load((await test.ben.agent.get('/app/scheduling').expect(200)).text);
    expect(viewers('[aria-label="Free times"]').length).toBe(0);
  });

  it('count nobody who has an interview, declined, or whose link is closed', async () => {
    const address = await draft(2);
    const [booked, declined, expired] = [
      await linkedCandidate(test, eventType),
      await linkedCandidate(test, eventType),
      await linkedCandidate(test, eventType),
    ];
    await linkedCandidate(test, eventType);
    await storeBooking(test, booked);
    await test.visitor().post(`${declined.path}/decline`).expect(303);
    await expire(test, expired);
    expect((await test.asha.agent.get(address).expect(200)).text).toMatch(/for 3 people in the next 14 days/);
  });

  it('raise an alarm when they are fewer, and say where to look when none is left', async () => {
    close(10);
    const address = await draft(45);
    const words = wordsOf(cheerio.load((await test.asha.agent.get(address).expect(200)).text), '.notice');
    const free = (await freeAtCalCom()).length;
    expect(free).toBeGreaterThan(0);
    expect(words).toContain(`${free} free times for 45 people in the next 14 days.`);
    expect(words).toContain('Open more hours');
    expect(await alarmsOf()).toContain('Interview: more people than free times.');
    close(9);
    await refresh();
    expect(await alarmsOf()).toContain('Interview: no free time left. No free time for 45 people');
    expect(await alarmsOf()).toContain('Often a calendar was disconnected');
    const theirs = (await test.cleo.agent.get('/app/scheduling').expect(200)).text;
    expect(theirs).not.toContain('no free time left');
    await test.db.query(`update free_times set fetched_at = now() - interval '61 minutes'`);
    expect(await alarmsOf()).toBe('');
  });

  it('keep no page waiting for a Cal.com that does not answer, and tell how old they are', async () => {
    const address = await draft(3);
    test.sandbox.fail('down', { times: 20 });
    const unknown = wordsOf(cheerio.load((await test.asha.agent.get(address).expect(200)).text));
    expect(unknown).toContain('How many times are free for 3 people is not known');
    test.sandbox.heal();
    await refresh();
    await test.db.query(
      `update free_times set fetched_at = now() - interval '20 minutes', asked_at = now() - interval '20 minutes'`,
    );
    test.sandbox.fail('slow', { delayMs: 6_000 });
    const started = Date.now();
    const old = wordsOf(cheerio.load((await test.asha.agent.get(address).expect(200)).text));
    expect(Date.now() - started).toBeLessThan(5_500);
    expect(old).toMatch(/free times for 3 people in the next 14 days ?As of 20 minutes ago/);
    // What comes too late for the page is there for the next.
    await until(
      async () => (await test.asha.agent.get(address)).text,
      (text) => text.includes('As of just now'),
    );
  });

  it('tell the candidate the first one, in their zone, from memory and only while it is fresh', async () => {
    const candidate = await linkedCandidate(test, eventType);
    await test.db.query(`update invitations set time_zone = 'Asia/Kathmandu' where id = $1`, [candidate.invitationId]);
    const words = async () => wordsOf(await openPage(test, candidate.path));
    expect(await words()).toContain('Free times on the next page');
    await refresh();
    const before = test.sandbox.requests.length;
    const [first] = await test.db.query<{ words: string }[]>(
      `select to_char(min(s) at time zone 'Asia/Kathmandu', 'FMDay FMDD FMMonth, HH24:MI') words
         from free_times, unnest(starts) s where s > now()`,
    );
    expect(await words()).toContain(`The first free time is ${first!.words}, Kathmandu time (UTC+5:45)`);
    expect(test.sandbox.requests.length).toBe(before);
    await test.db.query(
      `update free_times set starts = array[now() - interval '1 minute', now() + interval '400 days']`,
    );
    expect(await words()).toContain('The first free time is');
    await test.db.query(`update free_times set starts = array[now() - interval '1 minute']`);
    expect(await words()).not.toContain('The first free time');
    await refresh();
    await test.db.query(`update free_times set fetched_at = now() - interval '61 minutes'`);
    expect(await words()).not.toContain('The first free time');
  });

  it('are asked for by a job only where somebody can still choose', async () => {
    const job = test.app.get(RefreshFreeTimesJob);
    const cache = test.app.get(FreeTimesCacheService);
    const before = slotRequests();
    await job.schedule();
    await cache.refresh(systemActor(test.globex.orgId), { ageMs: 0 });
    await refresh();
    expect(slotRequests()).toBe(before);
    const candidate = await linkedCandidate(test, eventType);
    await Promise.all([refresh(), cache.refresh(test.acme, { ageMs: 60_000 })]);
    expect(slotRequests()).toBeLessThanOrEqual(before + 2);
    const now = slotRequests();
    await cache.refresh(test.acme, { ageMs: 60_000 });
    expect(slotRequests()).toBe(now);
    await storeBooking(test, candidate);
    await refresh();
    expect(slotRequests()).toBe(now);
  });
});
