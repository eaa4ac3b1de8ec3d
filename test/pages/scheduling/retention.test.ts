import { load } from 'cheerio';
import { startApp, type TestApp } from '../../support/app.js';
import { closedAssessment } from '../../support/closed-assessment.js';

const path = '/app/settings/retention';
const nobody = '00000000-0000-4000-8000-000000000000';

describe('the retention settings', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    await test.db.query('delete from assessments');
    await test.db.query('delete from retention_rules');
  });

  it('are off at first, and say what they would do', async () => {
    await closed('Backend engineer', 400, 2);
    const page = await read(path);
    expect(page).toContain('Off: Interlude erases nobody by itself.');
    expect(page).toContain('Cal.com keeps its own copy of every booking.');
    expect(page).not.toContain('Backend engineer');
  });

  it.each(['', '0', '3651', '90 days', '-1', '1.5'])(
    'keep what was typed when %j is no number of days',
    async (typed) => {
      for (const at of [`${path}/preview`, path]) {
        const answer = await post(at, { eraseAfterDays: typed, candidates: '0' }).expect(422);
        const $ = load(answer.text);
        expect($('#errors a[href="#eraseAfterDays"]').text()).toContain('whole days from 1 to 3650');
        expect($('#eraseAfterDays').val()).toBe(typed);
      }
      await test.asha.agent.get(`${path}/preview`).query({ eraseAfterDays: typed }).expect(404);
      expect(await daysOf()).toBeNull();
    },
  );

  it('show first whom it reaches, then announce it, here and in the list of assessments', async () => {
    const old = await closed('Backend engineer', 100, 3);
    await closed('Designer', 60, 2);
    await closed('Nobody took it', 100, 0);
    await post(`${path}/preview`, { eraseAfterDays: '90' })
      .expect(303)
      .expect('location', `${path}/preview?eraseAfterDays=90`);
    const $ = load((await test.asha.agent.get(`${path}/preview?eraseAfterDays=90`).expect(200)).text);
    const rows = (title: string) => words($(`section:contains("${title}") tbody`).text());
    expect(rows('Reached at once')).toContain('Backend engineer3 candidates');
    expect(rows('After that')).toContain('Designer2 candidates');
    expect(words($('main').text())).toContain('3 candidates of Backend engineer will be announced');
    expect(words($('main').text())).toContain('Cal.com keeps its own copy of every booking.');
    expect($('main').text()).not.toContain('Nobody took it');
    expect([await daysOf(), await noted('retention.previewed')]).toEqual([
      null,
      { before: null, after: { eraseAfterDays: 90, assessmentsAtOnce: 1, candidatesAtOnce: 3 } },
    ]);

    await post(path, fieldsOf($)).expect(303).expect('location', path);
    expect(await noted('retention.changed')).toEqual({
      before: { eraseAfterDays: null },
      after: { eraseAfterDays: 90 },
    });
    const page = await read(path);
    expect(page).toContain('Saved.');
    expect(page).toMatch(/On: 90 days after an assessment closes, its candidates are erased. ?Changed: Today/);
    expect(page).toContain('3 candidates of Backend engineer will be erased.');
    expect(page).toContain('Announced');
    const note = (text: string) => load(text)('tbody tr:contains("Backend engineer")');
    const list = note((await test.asha.agent.get('/app/assessments')).text);
    expect(words(list.text())).toMatch(/3 candidates will be erased on .*UTC/);
    expect(list.find(`a[href="${path}/assessments/${old}"]`)).toHaveLength(1);
    const seen = note((await test.ben.agent.get('/app/assessments')).text);
    expect(seen.text()).toContain('will be erased on');
    expect(seen.find('a[href*="retention"]')).toHaveLength(0);
    const story = await read('/app/settings/activity');
    expect(story).toContain('Interlude announced that 3 candidates of Backend engineer will be erased');
    expect(story).toContain('Asha Menon changed after how many days candidates are erased');
    expect(story).toContain('Erase after days: none → 90');
  });

  it('take no confirmation of what nobody has seen', async () => {
    await closed('Backend engineer', 100, 3);
    for (const form of [{ eraseAfterDays: '90' }, { eraseAfterDays: '90', candidates: '2' }]) {
      const $ = load((await post(path, form).expect(422)).text);
      expect($('#errors a[href="#candidates"]').text()).toContain('has changed since you looked');
      expect($('input[name="candidates"]').val()).toBe('3');
    }
    expect(await daysOf()).toBeNull();
  });

  it('ask for the password again before they are in force', async () => {
    await test.db.query(`update sessions set sess = jsonb_set(sess, '{confirmedAt}', '1')`);
    const form = { eraseAfterDays: '90', candidates: '0' };
    expect((await post(path, form).expect(422)).text).toContain('Enter your password');
    expect(await daysOf()).toBeNull();
    await post(path, { ...form, confirmPassword: 'correct horse battery staple' }).expect(303);
    expect(await daysOf()).toBe(90);
  });

  it('are turned off at once, and what was announced is taken back', async () => {
    await closed('Backend engineer', 100, 3);
    await post(path, { eraseAfterDays: '90', candidates: '3' }).expect(303);
    await post(`${path}/reversal`, {}).expect(303);
    expect(await read(path)).toContain('Off: Interlude erases nobody by itself.');
    expect(await read('/app/assessments')).not.toContain('will be erased');
    expect(await noted('retention.changed')).toEqual({
      before: { eraseAfterDays: 90 },
      after: { eraseAfterDays: null },
    });
  });

  it('keep one assessment longer, as long as somebody says, and take that back', async () => {
    const id = await closed('Backend engineer', 100, 3);
    await post(path, { eraseAfterDays: '90', candidates: '3' }).expect(303);
    const at = `${path}/assessments/${id}`;
    expect(await read(at)).toMatch(/Keep Backend engineer.*3 candidates will be erased on/);
    for (const until of ['', 'next year', '2001-01-01', '2999-12-31']) {
      const $ = load((await post(`${at}/keeping`, { until }).expect(422)).text);
      expect($('#errors a[href="#until"]').text()).toContain('Enter a day after');
      expect($('#until').val()).toBe(until);
    }
    const year = new Date().getUTCFullYear() + 2;
    await post(`${at}/keeping`, { until: `${year}-03-31` }).expect(303);
    const page = await read(path);
    expect(page).toContain(`Kept until 31 March ${year}`);
    expect(page).not.toContain('Announced');
    expect(await read('/app/assessments')).not.toContain('will be erased');
    expect(await noted('assessment.kept')).toEqual({
      before: null,
      after: { keptUntil: expect.stringMatching(`^${year}-0[34]-`) },
    });
    await post(`${at}/keeping/reversal`, {}).expect(303);
    expect(await read(path)).not.toContain('Kept until');
  });

  it('lead back where nobody is about to be erased, and know no assessment of others', async () => {
    const open = await closed('Open again', 100, 1);
    await test.db.query('update assessments set closed_at = null where id = $1', [open]);
    await post(path, { eraseAfterDays: '90', candidates: '0' }).expect(303);
    for (const at of [`${path}/assessments/${open}/keeping`, `${path}/assessments/${open}/keeping/reversal`]) {
      await post(at, { until: '2030-01-01' }).expect(303).expect('location', path);
      expect(await read(path)).toContain('Nobody of Open again is about to be erased.');
    }
    expect(await test.db.query('select 1 from assessment_retentions')).toEqual([]);
    for (const id of [nobody, 'x', open]) {
      await test.cleo.agent.get(`${path}/assessments/${id}`).expect(404);
      await test.cleo.agent.post(`${path}/assessments/${id}/keeping`).expect(404);
    }
  });

  it('only admins see or change them, from our own pages', async () => {
    for (const { agent } of [test.ben, test.dana]) {
      await agent.get(path).expect(403);
      await agent.post(path).type('form').send({ eraseAfterDays: '90', candidates: '0' }).expect(403);
    }
    await post(path, { eraseAfterDays: '90', candidates: '0' }).set('Origin', 'https://evil.example').expect(403);
    await test.visitor().get(path).expect(303);
    expect(await daysOf()).toBeNull();
  });

  function closed(title: string, closedDaysAgo: number, count: number): Promise<string> {
    const people = Array.from({ length: count }, (_, place) => `${title} Person${place}`);
    return closedAssessment(test, test.acme, { title, closedDaysAgo, people });
  }

  function post(at: string, form: object) {
    return test.asha.agent.post(at).type('form').send(form);
  }

  async function read(at: string): Promise<string> {
    return words(load((await test.asha.agent.get(at).expect(200)).text)('body').text());
  }

  async function daysOf(): Promise<number | null> {
    const [rule] = await test.db.query<{ days: number | null }[]>('select erase_after_days days from retention_rules');
    return rule?.days ?? null;
  }

  async function noted(action: string): Promise<object | undefined> {
    const [entry] = await test.db.query<object[]>(
      'select before, after from activity where action = $1 order by id desc limit 1',
      [action],
    );
    return entry;
  }
});

/** What a press of the button posts. */
function fieldsOf($: ReturnType<typeof load>): object {
  const fields = $(`form[action="${path}"] input[type="hidden"]`).toArray();
  return Object.fromEntries(fields.map((field) => [$(field).attr('name')!, $(field).val()]));
}

function words(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
