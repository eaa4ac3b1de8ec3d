import * as cheerio from 'cheerio';
import request from 'supertest';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { createApp } from '../../../src/create-app.js';
import { quickHash, startApp, testPassword, type TestApp } from '../../support/app.js';
import { letMinutesPass } from '../../support/limits.js';

/** `npm test -- test/pages/accounts/sign-in-limits.test.ts --globals '{"tries":1000}'` makes it 1,000. */
const { tries = 200 } = globalThis as { readonly tries?: number };
const later = /There were too many tries that did not fit\. Try again in \d+ minutes\./;

describe('guessing a password', () => {
  let test: TestApp;
  let looks: jest.Spied<AccountsService['fits']>;
  /** An account of its own for each test. */
  let owner: string;
  let people = 0;
  let places = 0;

  beforeAll(async () => {
    test = await startApp({ TRUST_PROXY: '1' });
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    owner = await newPerson();
    looks = jest.spyOn(test.app.get(AccountsService), 'fits');
  });
  afterEach(() => jest.restoreAllMocks());

  const newPerson = async () => {
    const person = { name: 'Pia Lund', email: `pia-${(people += 1)}@acme.example`, password: testPassword };
    await test.app.get(AccountsService).addMember(test.db.manager, test.acme.orgId, person, 'viewer');
    await test.db.query('update users set password_hash = $1 where email = $2', [quickHash, person.email]);
    return person.email;
  };
  /** An address nobody tried from before. */
  const somewhere = () => `203.0.113.${(places += 1)}`;
  const signIn = (from: string, email: string, password: string, agent = test.visitor()) =>
    agent.post('/sign-in').set('X-Forwarded-For', from).type('form').send({ email, password });
  const guess = async (from: string, email: string, times: number) => {
    const statuses: number[] = [];
    for (let turn = 0; turn < times; turn += 1) {
      statuses.push((await signIn(from, email, `wrong ${turn}`)).status);
    }
    return { wrong: count(statuses, 422), refused: count(statuses, 429) };
  };

  it('answers ten of many tries, and looks at no password after those', async () => {
    const guesser = somewhere();
    const answers = await Promise.all(Array.from({ length: 20 }, () => guess(guesser, owner, tries / 20)));
    expect(sum(answers.map(({ wrong }) => wrong))).toBe(10);
    expect(sum(answers.map(({ refused }) => refused))).toBe(tries - 10);
    await signIn(guesser, owner, testPassword).expect(429);
    expect(looks).toHaveBeenCalledTimes(10);
    await signIn(somewhere(), owner, testPassword).expect(303);
  });

  it('says the same of an account that does not exist', async () => {
    const answers = [];
    for (const email of [owner, 'nobody@acme.example']) {
      const guesser = somewhere();
      expect(await guess(guesser, email, 11)).toEqual({ wrong: 10, refused: 1 });
      const { status, headers, text } = await signIn(guesser, email, 'wrong');
      expect(Number(headers['retry-after'])).toBeGreaterThan(60);
      expect(cheerio.load(text)('input[name=email]').attr('value')).toBe(email);
      answers.push({ status, words: words(text) });
    }
    expect(answers[0]!.words).toMatch(later);
    expect(answers[1]).toEqual(answers[0]);
  });

  it('lets somebody in again when the time is over', async () => {
    const place = somewhere();
    await guess(place, owner, 11);
    letMinutesPass(14);
    await signIn(place, owner, testPassword).expect(429);
    letMinutesPass(16);
    await signIn(place, owner, testPassword).expect(303);
  });

  it('forgives slips once the password fits', async () => {
    const place = somewhere();
    for (const _ of [1, 2]) {
      expect(await guess(place, owner, 9)).toEqual({ wrong: 9, refused: 0 });
      await signIn(place, owner, testPassword).expect(303);
    }
  });

  it('takes one network of IPv6 for one client', async () => {
    for (let host = 1; host <= 10; host += 1) {
      await signIn(`2001:db8:1:1::${host}`, owner, 'wrong').expect(422);
    }
    await signIn('2001:db8:1:1::99', owner, testPassword).expect(429);
    await signIn('2001:db8:1:2::1', owner, testPassword).expect(303);
  });

  it('is not fooled by an address that a client makes up', async () => {
    const place = somewhere();
    for (let turn = 1; turn <= 10; turn += 1) {
      await signIn(`198.51.100.${turn}, ${place}`, owner, 'wrong').expect(422);
    }
    await signIn(`198.51.100.99, ${place}`, owner, 'wrong').expect(429);
  });

  it('counts the spellings of an address together', async () => {
    const place = somewhere();
    for (let turn = 0; turn < 10; turn += 1) {
      await signIn(place, turn % 2 ? owner.toUpperCase() : ` ${owner} `, 'wrong').expect(422);
    }
    await signIn(place, owner.replace('p', 'P'), testPassword).expect(429);
  });

  it('stops one address that tries many accounts, and not the others', async () => {
    const place = somewhere();
    // A hundred hashes would take their time.
    looks.mockResolvedValue(false);
    const tries = Array.from({ length: 101 }, (_, turn) => signIn(place, `unknown-${turn}@acme.example`, 'wrong'));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect([count(statuses, 422), count(statuses, 429)]).toEqual([100, 1]);
    looks.mockRestore();
    await signIn(place, owner, testPassword).expect(429);
    await signIn(somewhere(), owner, testPassword).expect(303);
  });

  it('lets the owner in from a browser that signed in before, whoever is guessing from wherever', async () => {
    const [own, home] = [test.visitor(), somewhere()];
    await signIn(home, owner, testPassword, own).expect(303);
    const guessers = Array.from({ length: 5 }, somewhere);
    await Promise.all(guessers.map((guesser) => guess(guesser, owner, 10)));
    expect(await guess(somewhere(), owner, 2)).toEqual({ wrong: 0, refused: 2 });
    await own.post('/sign-out').set('X-Forwarded-For', home).expect(303);
    await signIn(guessers[0]!, owner, testPassword, own).expect(303);
    await signIn(somewhere(), await newPerson(), testPassword).expect(303);
  });

  it('gives a known browser no more tries than others, and none at another account', async () => {
    const [own, home] = [test.visitor(), somewhere()];
    await signIn(home, owner, testPassword, own).expect(303);
    for (let turn = 0; turn < 10; turn += 1) {
      await signIn(somewhere(), owner, 'wrong', own).expect(422);
    }
    await signIn(somewhere(), owner, testPassword, own).expect(429);
    const other = await newPerson();
    await guess(home, other, 10);
    await signIn(home, other, testPassword, own).expect(429);
  });

  it('counts all known browsers of an account together', async () => {
    const browsers = Array.from({ length: 11 }, () => test.visitor());
    for (const browser of browsers) {
      await signIn(somewhere(), owner, testPassword, browser).expect(303);
    }
    for (const browser of browsers.slice(0, 10)) {
      for (let turn = 0; turn < 10; turn += 1) {
        await signIn(somewhere(), owner, 'wrong', browser).expect(422);
      }
    }
    await signIn(somewhere(), owner, testPassword, browsers.at(-1)).expect(429);
    await signIn(somewhere(), owner, testPassword).expect(303);
  });

  it('knows no browser for longer than its cookie is kept', async () => {
    const [own, home] = [test.visitor(), somewhere()];
    await signIn(home, owner, testPassword, own).expect(303);
    await guess(home, owner, 10);
    letMinutesPass(181 * 24 * 60);
    await guess(home, owner, 10);
    await signIn(home, owner, testPassword, own).expect(429);
  });

  it('believes no cookie that it did not give', async () => {
    const place = somewhere();
    await guess(place, owner, 10);
    for (const value of ['x', 'x.', '.', `x.${'A'.repeat(43)}`, '']) {
      await signIn(place, owner, testPassword).set('Cookie', `interlude.known=${value}`).expect(429);
    }
  });

  it('lets many sign in at once', async () => {
    const place = somewhere();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(place, owner, testPassword)));
    expect(
      count(
        answers.map(({ status }) => status),
        303,
      ),
    ).toBe(20);
  });

  it('counts for all replicas together', async () => {
    const replica = await createApp(test.settings, test.databaseUrl);
    await replica.listen(0, '127.0.0.1');
    try {
      const place = somewhere();
      const there = request.agent(await replica.getUrl());
      const tries = Array.from({ length: 40 }, (_, turn) =>
        signIn(place, owner, 'wrong', turn % 2 ? there : test.visitor()),
      );
      const statuses = (await Promise.all(tries)).map(({ status }) => status);
      expect([count(statuses, 422), count(statuses, 429)]).toEqual([10, 30]);
    } finally {
      await replica.close();
    }
  });

  it('keeps neither e-mail address nor network', async () => {
    await guess(somewhere(), owner, 1);
    const rows = await test.db.query<{ key: string }[]>('select key from rate_limits');
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(rows.filter(({ key }) => /acme|203\.0/.test(key))).toEqual([]);
  });

  it('lets nobody in while it cannot count', async () => {
    await test.db.query('alter table rate_limits rename to rate_limits_away');
    const answer = await signIn(somewhere(), owner, testPassword);
    await test.db.query('alter table rate_limits_away rename to rate_limits');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('rate_limits');
    expect(looks).not.toHaveBeenCalled();
  });
});

function count(statuses: readonly number[], status: number): number {
  return statuses.filter((one) => one === status).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function words(html: string): string {
  return cheerio.load(html)('#errors').text().replace(/\s+/g, ' ').trim();
}
