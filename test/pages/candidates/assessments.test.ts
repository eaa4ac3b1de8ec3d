import { load } from 'cheerio';
import { startApp, type TestApp } from '../../support/app.js';

const nobody = '00000000-0000-4000-8000-000000000000';

describe('assessments', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => test.db.query('delete from assessments'));

  it('lists what the organization has, open ones first, with counts that lead to the candidates', async () => {
    const backend = await assessment('Backend engineer');
    await assessment('Ålesund case', 'now()');
    await assessment('Designer');
    await assessment('Not yours', null, test.globex.orgId);
    await invitation(backend, 'ada@example.com', 'submitted');
    await invitation(backend, 'bo@example.com', 'submitted');
    await invitation(backend, 'cy@example.com', 'invited');

    const { text } = await test.ben.agent.get('/app/assessments').expect(200);
    const page = load(text);
    const titles = page('tbody th a')
      .toArray()
      .map((link) => page(link).text());
    expect(titles).toEqual(['Backend engineer', 'Designer', 'Ålesund case']);
    expect(page('tbody tr').last().text()).toContain('Closed');
    const first = page('tbody tr').first();
    expect(first.find('th').text()).toContain('3 candidates');
    expect(first.find('a:contains("Submitted")').attr('href')).toBe(
      `/app/scheduling?assessment_id=${backend}&status=submitted`,
    );
    expect(first.find('a:contains("Submitted") b').text()).toBe('2');
    expect(first.find('a:contains("Reviewed")')).toHaveLength(0);
  });

  it('shows a viewer nothing to press', async () => {
    await assessment('Backend engineer');
    const page = load((await test.ben.agent.get('/app/assessments').expect(200)).text);
    expect(page('main form')).toHaveLength(0);
    expect(page('main a[href="/app/candidates/import"]')).toHaveLength(0);
  });

  it('creates one, trimmed, and says so once', async () => {
    await create('  Backend   engineer ').expect(303).expect('location', '/app/assessments');
    expect(await titles()).toEqual(['Backend engineer']);
    const page = load((await test.dana.agent.get('/app/assessments')).text);
    expect(page('#flash').text()).toContain('Backend engineer is there.');
    expect(
      load((await test.dana.agent.get('/app/assessments')).text)('#flash')
        .text()
        .trim(),
    ).toBe('');
  });

  it.each([
    ['is missing', '   ', 'The title is missing.'],
    ['is too long', 'x'.repeat(201), 'longer than 200 characters'],
    ['holds a control character', 'a\tb', 'control character'],
    ['is there already', 'BACKEND engineer', 'already there'],
  ])('keeps what was typed when the title %s', async (_, title, reason) => {
    await assessment('Backend engineer');
    const page = load((await create(title).expect(422)).text);
    expect(page('#errors a[href="#title"]').text()).toContain(reason);
    expect(page('#title').attr('value')).toBe(title);
    expect(page('#title').attr('aria-describedby')).toContain('title-error');
    expect(await titles()).toEqual(['Backend engineer']);
  });

  it('lets two organizations use one title', async () => {
    await assessment('Backend engineer', null, test.globex.orgId);
    await create('Backend engineer').expect(303);
  });

  it('closes and reopens, and pressing twice changes nothing', async () => {
    const id = await assessment('Backend engineer');
    await test.dana.agent.post(`/app/assessments/${id}/closure`).expect(303);
    const closedAt = await closingOf(id);
    expect(closedAt).toBeInstanceOf(Date);
    await test.dana.agent.post(`/app/assessments/${id}/closure`).expect(303);
    expect(await closingOf(id)).toEqual(closedAt);
    await test.dana.agent.post(`/app/assessments/${id}/reopening`).expect(303).expect('location', '/app/assessments');
    expect(await closingOf(id)).toBeNull();
  });

  it.each(['closure', 'reopening'])('knows no %s of a stranger’s or an impossible id', async (noun) => {
    const theirs = await assessment('Theirs', null, test.globex.orgId);
    await test.asha.agent.post(`/app/assessments/${theirs}/${noun}`).expect(404);
    await test.asha.agent.post(`/app/assessments/${nobody}/${noun}`).expect(404);
    await test.asha.agent.post(`/app/assessments/42/${noun}`).expect(404);
    expect(await closingOf(theirs)).toBeNull();
  });

  it('takes no change from a viewer, from another site or from somebody not signed in', async () => {
    const id = await assessment('Backend engineer');
    for (const path of ['/app/assessments', `/app/assessments/${id}/closure`, `/app/assessments/${id}/reopening`]) {
      await test.ben.agent.post(path).type('form').send({ title: 'New' }).expect(403);
      await test.dana.agent
        .post(path)
        .set('Origin', 'https://evil.example')
        .type('form')
        .send({ title: 'New' })
        .expect(403);
      await test
        .visitor()
        .post(path)
        .type('form')
        .send({ title: 'New' })
        .expect(303)
        .expect('location', /^\/sign-in/);
    }
    expect(await titles()).toEqual(['Backend engineer']);
    expect(await closingOf(id)).toBeNull();
  });

  it('places a title with markup as text', async () => {
    await create('<script>alert(1)</script>').expect(303);
    expect((await test.dana.agent.get('/app/assessments')).text).not.toContain('<script>alert');
  });

  function create(title: string) {
    return test.dana.agent.post('/app/assessments').type('form').send({ title });
  }

  async function assessment(title: string, closedAt: 'now()' | null = null, orgId = test.acme.orgId): Promise<string> {
    const [row] = await test.db.query<{ id: string }[]>(
      `insert into assessments (org_id, title, closed_at) values ($1, $2, ${closedAt ?? 'null'}) returning id`,
      [orgId, title],
    );
    return row!.id;
  }

  async function invitation(assessmentId: string, email: string, status: string): Promise<void> {
    await test.db.query(
      `insert into invitations (org_id, assessment_id, name, email, status) values ($1, $2, 'Ada', $3, $4)`,
      [test.acme.orgId, assessmentId, email, status],
    );
  }

  async function titles(): Promise<string[]> {
    const rows = await test.db.query<{ title: string }[]>('select title from assessments where org_id = $1', [
      test.acme.orgId,
    ]);
    return rows.map((row) => row.title);
  }

  async function closingOf(id: string): Promise<Date | null> {
    const [row] = await test.db.query<{ closed_at: Date | null }[]>('select closed_at from assessments where id = $1', [
      id,
    ]);
    return row!.closed_at;
  }
});
