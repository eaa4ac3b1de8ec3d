import { api, startApi, type ApiTest } from '../../support/api.js';

const path = '/api/admin/invitations';
const assessment = { external_id: 'A-7', title: 'Compiler assignment' };
const mina = {
  external_id: 'C-1',
  name: 'Mina Sato',
  email: 'mina@example.org',
  status: 'submitted',
  submitted_at: '2026-11-20T16:30:00Z',
  time_zone: 'Asia/Tokyo',
};

interface Upserted {
  readonly external_id: string | null;
  readonly invitation_id: string | null;
  readonly outcome: string;
  readonly error: string | null;
}

describe('candidates from the assessment platform', () => {
  let test: ApiTest;

  beforeAll(async () => {
    test = await startApi();
  });
  afterAll(() => test.stop());

  const put = (body: object, as = test.dana) => test.ask('put', path, { body, as });
  const upsert = async (invitations: object[], about: object = assessment) => {
    const answer = await put({ assessment: about, invitations });
    expect(answer.body).toHaveProperty('data');
    return answer.body.data as Upserted[];
  };
  const count = async () => (await test.db.query<{ count: string }[]>('select count(*) from invitations'))[0]!.count;

  it('go in once, and the same again changes nothing', async () => {
    const ben = { name: 'Ben Two', email: 'ben.two@example.org', status: null };
    const first = await upsert([mina, ben]);
    expect(first.map(({ outcome }) => outcome)).toEqual(['created', 'created']);
    expect(first.map(({ external_id }) => external_id)).toEqual(['C-1', null]);
    const again = await upsert([mina, ben]);
    expect(again).toEqual(first.map((one) => ({ ...one, outcome: 'unchanged' })));
    const listed = await test.ask('get', `${api}/candidates?q=mina@example.org`);
    expect(listed.body.data).toMatchObject([
      { invitation_id: first[0]!.invitation_id, status: 'submitted', assessment: { title: 'Compiler assignment' } },
    ]);
  });

  it('change by what is said, and keep what is not', async () => {
    const [created] = await upsert([{ ...mina, external_id: 'C-2', email: 'second@example.org' }]);
    const said = { external_id: 'C-2', name: 'Mina Ito', email: 'ito@example.org', status: 'reviewed' };
    expect(await upsert([said])).toMatchObject([{ invitation_id: created!.invitation_id, outcome: 'changed' }]);
    const [row] = await test.db.query('select name, email, status, time_zone from invitations where id = $1', [
      created!.invitation_id,
    ]);
    expect(row).toEqual({ name: 'Mina Ito', email: 'ito@example.org', status: 'reviewed', time_zone: 'Asia/Tokyo' });
  });

  it('are refused one by one, with the reason', async () => {
    const good = { external_id: 'C-9', name: 'Good', email: 'good@example.org' };
    const answer = await upsert([
      { ...good, external_id: 'C-3', email: 'nobody' },
      good,
      { ...good, external_id: 'C-4', status: 'finished', email: 'a@example.org' },
      { ...good, external_id: 'C-5', time_zone: 'EST', email: 'b@example.org' },
      { ...good, external_id: 'C-6' },
    ]);
    expect(answer.map(({ outcome }) => outcome)).toEqual(['refused', 'created', 'refused', 'refused', 'refused']);
    expect(answer[0]!.error).toContain('"nobody" is not an e-mail address');
    expect(answer[2]!.error).toContain('The status "finished" is unknown');
    expect(answer[3]!.error).toContain('The time zone "EST" is unknown');
    expect(answer[4]!.error).toBe('Entry 2 already names this candidate for the same assessment.');
    expect(answer.filter(({ outcome }) => outcome === 'refused').every((one) => one.invitation_id === null)).toBe(true);
  });

  it('follow their assessment when it is renamed, and take over one that was made by hand', async () => {
    const about = { external_id: 'A-8', title: 'First name' };
    await upsert([mina], about);
    expect(await upsert([mina], { ...about, title: 'Second name' })).toMatchObject([{ outcome: 'unchanged' }]);
    const taken = await put({ assessment: { external_id: 'A-9', title: 'second NAME' }, invitations: [mina] });
    expect(taken.status).toBe(409);
    expect(taken.body.detail).toBe('Another assessment has this title already.');
    await test.asha.agent.post('/app/assessments').type('form').send({ title: 'By hand' }).expect(303);
    await upsert([mina], { external_id: 'A-10', title: 'by hand' });
    const rows = await test.db.query(`select external_id from assessments where lower(title) = 'by hand'`);
    expect(rows).toEqual([{ external_id: 'A-10' }]);
  });

  it.each([
    [{ invitations: [mina] }, 'assessment'],
    [{ assessment: 'A', invitations: [mina] }, 'assessment'],
    [{ assessment: { title: 'A' }, invitations: [mina] }, 'assessment.external_id'],
    [{ assessment: { external_id: 'A', title: '=1+1' }, invitations: [mina] }, 'assessment.title'],
    [{ assessment, invitations: [] }, 'invitations'],
    [{ assessment, invitations: mina }, 'invitations'],
    [{ assessment, invitations: ['Mina'] }, 'invitations.0'],
    [{ assessment, invitations: [{ ...mina, name: 1 }] }, 'invitations.0.name'],
    [{ assessment, invitations: [{ ...mina, phone: '1' }] }, 'invitations.0.phone'],
  ])('are not read from %j', async (body, field) => {
    const before = await count();
    const refused = await put(body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].field).toBe(field);
    expect(await count()).toBe(before);
  });

  it('belong to the organization of who sends them', async () => {
    const before = await count();
    expect((await put({ assessment, invitations: [mina] }, test.ben)).status).toBe(403);
    await test
      .visitor()
      .put(path)
      .send({ assessment, invitations: [mina] })
      .expect(401);
    expect(await count()).toBe(before);
    const theirs = await put({ assessment, invitations: [mina] }, test.cleo);
    expect(theirs.body.data[0].outcome).toBe('created');
    expect((await upsert([mina]))[0]).toMatchObject({ outcome: 'unchanged' });
  });

  it('go in by the thousand', async () => {
    const invitations = Array.from({ length: 5_000 }, (_, n) => ({
      external_id: `bulk-${n}`,
      name: `Person ${n}`,
      email: `person${n}@example.org`,
    }));
    const answer = await upsert(invitations, { external_id: 'bulk', title: 'Bulk' });
    expect(answer.filter(({ outcome }) => outcome === 'created')).toHaveLength(5_000);
    expect(answer.at(-1)!.external_id).toBe('bulk-4999');
  });
});
