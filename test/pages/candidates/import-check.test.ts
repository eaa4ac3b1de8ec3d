import { load, type CheerioAPI } from 'cheerio';
import { ImportCandidatesJob } from '../../../src/candidates/imports/import-candidates.job.js';
import { discardImports } from '../../../src/candidates/imports/candidate-imports.service.js';
import { startApp, type TestApp, type TestPerson } from '../../support/app.js';
import { until } from '../../support/until.js';

const header = 'name,email,assessment,external_id';
const nobody = '00000000-0000-4000-8000-000000000000';

describe('checking a file before it is imported', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    await test.db.query('delete from assessments');
    await test.db.query('delete from candidate_imports');
    await test.db.query('delete from import_columns');
  });

  it('shows what is new, changed, unchanged and faulty, changes nothing, and imports once it is told to', async () => {
    await confirm(await checkedPath([header, 'Ada,ada@example.com,B,1', 'Bo,bo@example.com,B,2']));
    const rows = ['Ada Lovelace,ada@example.com,B,1', 'Bo,bo@example.com,B,2', 'Cy,cy@example.com,B,3', 'Di,di,B,4'];
    const path = await checkedPath([header, ...rows]);
    const page = await show(path);
    expect(counts(page)).toEqual({ New: '1', Changed: '1', Unchanged: '1', Faulty: '1' });
    expect(page('section[aria-labelledby="faults-title"] tbody').text()).toContain('Line 5Di"di" is not an e-mail');
    expect(await names()).toEqual(['Ada', 'Bo']);
    expect(page('form[action$="/confirmation"] button, form[action*="/confirmation?"] button').text()).toBe(
      'Import 2 candidates',
    );
    await confirm(path);
    const done = await show(path);
    expect(done('h1').text()).toBe('The file is imported');
    expect(done('.notice').text()).toContain('1 created, 1 changed, 1 unchanged, 1 refused.');
    expect(done('.notice.tone-warn strong').text()).toBe('The file is imported, but for 1 faulty row.');
    expect(await names()).toEqual(['Ada Lovelace', 'Bo', 'Cy']);
    await confirm(path);
    expect(await names()).toHaveLength(3);
  });

  it('says when the data has changed since the check', async () => {
    const path = await checkedPath([header, 'Ada,ada@example.com,B,1']);
    await test.dana.agent
      .post('/app/candidates/import')
      .attach('file', Buffer.from(`${header}\nAda,ada@example.com,B,1`), 'c.csv')
      .expect(303);
    await confirm(path);
    expect((await show(path))('.notice').text()).toMatch(
      /0 created, 0 changed, 1 unchanged.*The data changed since the check.*1 created/,
    );
  });

  it('asks for the columns that it does not recognise, and remembers them for the organization', async () => {
    const lines = ['Person;E-Mail;Kurs;Notes', 'Ada;ada@example.com;B;x'];
    const path = await checkedPath(lines);
    const page = await show(path);
    expect(page('h1').text()).toBe('Choose the columns');
    expect(page('#column_1 option[selected]').attr('value')).toBe('email');
    expect(page('#column_3 option[selected]').attr('value')).toBe('');
    const refused = await test.dana.agent.post(`${path}/columns`).type('form').send({ column_0: 'name' }).expect(422);
    expect(load(refused.text)('#errors').text()).toContain('Choose the column for: email, assessment.');
    expect(load(refused.text)('#column_0 option[selected]').attr('value')).toBe('name');
    const columns = { column_0: 'name', column_1: 'email', column_2: 'assessment', column_3: 'constructor' };
    await test.dana.agent.post(`${path}/columns`).type('form').send(columns).expect(303).expect('location', path);
    expect(counts(await show(path))).toMatchObject({ New: '1' });
    expect(counts(await show(await checkedPath(lines, test.asha), test.asha))).toMatchObject({ New: '1' });
    expect((await show(await checkedPath(lines, test.cleo), test.cleo))('h1').text()).toBe('Choose the columns');
  });

  it('shows beside each column what its first rows hold, before and after the check', async () => {
    const path = await checkedPath(['Person;E-Mail;Kurs;Leer', 'Ada;ada@example.com;B;', 'Bo;bo@example.com;B;']);
    const samples = (page: CheerioAPI) =>
      [0, 1, 2, 3].map((column) =>
        page(`#${page(`#column_${column}`).attr('aria-describedby')!} .sub`)
          .get()
          .map((value) => page(value).text()),
      );
    const shown = [['Ada', 'Bo'], ['ada@example.com', 'bo@example.com'], ['B'], ['None in the first rows']];
    expect(samples(await show(path))).toEqual(shown);
    const columns = { column_0: 'name', column_1: 'email', column_2: 'assessment' };
    await test.dana.agent.post(`${path}/columns`).type('form').send(columns).expect(303);
    expect(samples(await show(path))).toEqual(shown);
  });

  it('takes neither of two columns of one name for what the name says', async () => {
    const page = await show(await checkedPath(['name,email,assessment,email', 'Ada,a@example.com,B,b@example.com']));
    expect(page('h1').text()).toBe('Choose the columns');
    const columns = { column_0: 'name', column_1: 'email', column_2: 'assessment', column_3: 'email' };
    const path = page('form[action*="/columns"]').attr('action')!.split('?')[0]!;
    const answer = await test.dana.agent.post(path).type('form').send(columns).expect(422);
    expect(load(answer.text)('#errors').text()).toContain('Chosen for two columns: email.');
  });

  it('gives the faulty rows back with their reasons, to be corrected and chosen again', async () => {
    const rows = [
      'Ada,ada@example.com,B,-1',
      '"Bo ""B""; -x",bo,B,-2',
      'Cy,"cy@example.com,B,3',
      'Di,di@example.com,B',
      'Ada,ada@example.com,B,9',
    ];
    const path = await checkedPath([header, ...rows]);
    const file = await test.dana.agent.get(`${path}/faulty-rows.csv`).expect(200);
    expect(file.headers['content-disposition']).toMatch(/attachment; filename="candidates-to-correct-.*\.csv"/);
    expect(file.headers['cache-control']).toBe('no-store');
    const lines = file.text.slice(1).split('\r\n');
    expect(lines[0]).toBe('"name","email","assessment","external_id","reason"');
    expect(lines[1]).toMatch(/^"Bo ""B""; -x","bo","B","'-2","""bo"" is not/);
    expect(lines[2]).toMatch(/^"Cy,""cy@example.com,B,3","","","","A quotation mark opens/);
    expect(lines[3]).toMatch(/^"Di","di@example.com","B","","It has 3 cells where the first row has 4\."$/);
    expect(lines[4]).toMatch(/Line 2 already names this candidate/);
    const corrected = [lines[0]!, lines[1]!.replace('"bo"', '"bo@example.com"')];
    const again = await checkedPath(corrected);
    expect(counts(await show(again))).toMatchObject({ New: '1', Faulty: '0' });
    await confirm(again);
    expect(await test.db.query('select name, external_id from invitations')).toEqual([
      { name: 'Bo "B"; -x', external_id: '-2' },
    ]);
  });

  it('refuses a whole file at once where it cannot be a table, and on its page where that shows later', async () => {
    const answer = await upload('PK\x03\x04 zip').expect(422);
    expect(load(answer.text)('#errors').text()).toContain('zip archive');
    expect(await test.db.query('select 1 from candidate_imports')).toEqual([]);
    const page = await show(await checkedPath([header, `Ada,a@example.com,${'B'.repeat(20_000)},`, '\0']));
    expect(page('.notice').text()).toContain('NUL bytes');
    expect(page('form[action*="/confirmation"]')).toHaveLength(0);
  });

  it('checks and imports a large file by a job, with its progress on the page', async () => {
    const filler = 'x'.repeat(200);
    const rows = Array.from({ length: 24_000 }, (_, n) => `P ${n},p${n}@example.com,B,${n},${filler}`);
    const path = await checkedPath([`${header},notes`, ...rows]);
    await settled(path, 'checked');
    expect(counts(await show(path))).toMatchObject({ New: '24,000' });
    await test.db.query(`update candidate_imports set state = 'importing', read_bytes = 0, seen_at = '2020-01-01'`);
    const page = await show(path);
    expect(page('[role=progressbar]').attr('aria-valuenow')).toBe('0');
    expect(page('main').attr('data-refresh-seconds')).toBe('2');
    // Whoever worked on it was killed: somebody else begins anew.
    await test.app.get(ImportCandidatesJob).care();
    await settled(path, 'done');
    expect((await show(path))('.notice').text()).toContain('24,000 created');
    expect(await names()).toHaveLength(24_000);
    expect(await test.db.query('select 1 from candidate_import_pieces')).toEqual([]);
  });

  it('is discarded when it is told to, is replaced by the next one, ends after a day, and goes with an erasure', async () => {
    const lines = [header, 'Ada,ada@example.com,B,1'];
    const first = await checkedPath(lines);
    const entry = load((await test.dana.agent.get('/app/candidates/import')).text);
    expect(entry('.notice a').attr('href')).toBe(first);
    const second = await checkedPath(lines);
    await test.dana.agent.get(first).expect(404);
    await test.dana.agent.post(`${second}/cancellation`).expect(303).expect('location', '/app/candidates/import');
    await test.dana.agent.get(second).expect(404);
    const third = await checkedPath(lines);
    await test.db.query(`update candidate_imports set created_at = now() - interval '25 hours'`);
    await test.app.get(ImportCandidatesJob).care();
    await test.dana.agent.get(third).expect(404);
    const fourth = await checkedPath(lines);
    await discardImports(test.db.manager, test.acme.orgId);
    await test.dana.agent.get(fourth).expect(404);
    expect(await test.db.query('select 1 from candidate_import_pieces')).toEqual([]);
    expect(await names()).toEqual([]);
  });

  it('is its uploader’s alone', async () => {
    const path = await checkedPath([header, 'Ada,ada@example.com,B,1', 'Bo,bo,B,2']);
    for (const person of [test.asha, test.cleo]) {
      await person.agent.get(path).expect(404);
      await person.agent.get(`${path}/faulty-rows.csv`).expect(404);
      for (const action of ['columns', 'confirmation', 'cancellation']) {
        await person.agent.post(`${path}/${action}`).expect(404);
      }
    }
    await test.ben.agent.get(path).expect(403);
    await test.ben.agent.post(`${path}/confirmation`).expect(403);
    await test.dana.agent.post(`${path}/confirmation`).set('Origin', 'https://evil.example').expect(403);
    await test.dana.agent.get(`/app/candidates/import/${nobody}`).expect(404);
    await test.dana.agent.get('/app/candidates/import/42').expect(404);
    expect(await names()).toEqual([]);
  });

  function upload(file: string, person: TestPerson = test.dana) {
    return person.agent
      .post('/app/candidates/import')
      .field('step', 'check')
      .attach('file', Buffer.from(file), 'candidates.csv');
  }

  async function checkedPath(lines: readonly string[], person?: TestPerson): Promise<string> {
    const answer = await upload(lines.join('\n'), person).expect(303);
    return answer.headers['location']!;
  }

  async function confirm(path: string): Promise<void> {
    await test.dana.agent.post(`${path}/confirmation`).expect(303).expect('location', path);
  }

  async function show(path: string, person: TestPerson = test.dana) {
    return load((await person.agent.get(path).expect(200)).text);
  }

  async function settled(path: string, state: string): Promise<void> {
    const id = path.split('/').at(-1);
    await until(
      () => test.db.query<{ state: string }[]>('select state from candidate_imports where id = $1', [id]),
      ([row]) => row?.state === state,
    );
  }

  function counts(page: ReturnType<typeof load>): Record<string, string> {
    const rows = page('section[aria-labelledby="counts-title"] tbody tr').toArray();
    return Object.fromEntries(rows.map((row) => [page('th', row).text(), page('td', row).first().text()]));
  }

  async function names(): Promise<string[]> {
    const rows = await test.db.query<{ name: string }[]>('select name from invitations order by name');
    return rows.map(({ name }) => name);
  }
});
