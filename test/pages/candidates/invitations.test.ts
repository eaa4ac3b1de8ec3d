import { AssessmentsService } from '../../../src/candidates/assessments.service.js';
import { InvitationsService } from '../../../src/candidates/invitations.service.js';
import { seedCandidates } from '../../../src/candidates/seed-candidates.js';
import { startApp, type TestApp } from '../../support/app.js';

const now = new Date('2026-11-23T13:02:00Z');
const fortnightMs = 14 * 24 * 3_600_000;

describe('invitations', () => {
  let test: TestApp;
  let invitations: InvitationsService;

  beforeAll(async () => {
    test = await startApp();
    invitations = test.app.get(InvitationsService);
    await seedCandidates(test.db, test.acme, now);
    await seedCandidates(test.db, test.globex, now);
  });
  afterAll(() => test.stop());

  it('seeds three assessments and 60 candidates of all statuses, handed in over two weeks', async () => {
    const list = await test.app.get(AssessmentsService).list(test.acme);
    expect(list.map(({ total }) => total)).toEqual([20, 20, 20]);
    const rows = await all();
    expect(new Set(rows.map((row) => row.status))).toEqual(
      new Set(['invited', 'started', 'submitted', 'reviewed', 'closed']),
    );
    const ages = rows.filter((row) => row.submitted_at).map((row) => now.getTime() - row.submitted_at!.getTime());
    expect(Math.min(...ages)).toBeGreaterThan(0);
    expect(Math.max(...ages)).toBeLessThan(fortnightMs);
    expect(rows.every((row) => /@example\.(com|net|org)$/.test(row.email))).toBe(true);
    expect(rows.filter((row) => row.status === 'invited' && row.submitted_at)).toEqual([]);
  });

  it('seeds again without a change, at any later time', async () => {
    const before = await all();
    await seedCandidates(test.db, test.acme, new Date(now.getTime() + fortnightMs));
    expect(await all()).toEqual(before);
  });

  it('finds one of its own, and nobody else’s', async () => {
    const id = (await all())[0]!.id;
    expect(await invitations.find(test.acme, id)).toMatchObject({ id, orgId: test.acme.orgId });
    expect(await invitations.find(test.globex, id)).toBeNull();
    expect(await invitations.find(test.acme, '42')).toBeNull();
  });

  it('finds many in the order asked for, each once', async () => {
    const ids = (await all()).map(({ id }) => id).toReversed();
    const found = await invitations.findMany(test.acme, [...ids, ids[0]!.toUpperCase()]);
    expect(found?.map(({ id }) => id)).toEqual(ids);
    expect(await invitations.findMany(test.acme, [])).toEqual([]);
  });

  it('finds none of many when one is a stranger’s, unknown or impossible', async () => {
    const [mine] = await all();
    const [theirs] = await all(test.globex.orgId);
    for (const id of [theirs!.id, '00000000-0000-4000-8000-000000000000', '42', '']) {
      expect(await invitations.findMany(test.acme, [mine!.id, id])).toBeNull();
    }
  });

  function all(orgId = test.acme.orgId) {
    return test.db.query<{ id: string; email: string; status: string; submitted_at: Date | null }[]>(
      'select * from invitations where org_id = $1 order by id',
      [orgId],
    );
  }
});
