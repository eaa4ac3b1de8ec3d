import { AccountMails } from '../../src/accounts/mails/account-mails.service.js';
import { ErasuresService } from '../../src/scheduling/erasure/erasures.service.js';
import { FollowRetentionJob } from '../../src/scheduling/retention/follow-retention.job.js';
import { RetentionService } from '../../src/scheduling/retention/retention.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { addCandidates, closedAssessment } from '../support/closed-assessment.js';
import { until } from '../support/until.js';

interface Notice {
  readonly candidates: number;
  readonly daysFromClosing: number;
  readonly daysFromNow: number;
}

describe('the retention of an organization', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp();
    // A test says itself when it is looked at.
    await test.db.query(`delete from pgboss.schedule where name = 'follow-retention'`);
    await until(
      () => test.db.query<{ state: string }[]>(`select state from pgboss.job where name = 'follow-retention'`),
      (jobs) => jobs.length > 0 && jobs.every(({ state }) => state === 'completed'),
    );
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    await test.db.query('delete from assessments');
    await test.db.query('delete from retention_rules');
    await test.db.query('delete from account_mails');
  });

  it('announces to all admins, once, seven days before the time is over', async () => {
    const [early, soon] = [await closed('Too early', 82, 2), await closed('Soon', 84, 3)];
    await set(90);
    expect(await noticeOf(early)).toBeNull();
    expect(await noticeOf(soon)).toEqual({ candidates: 3, daysFromClosing: 91, daysFromNow: 7 });
    await follow();
    expect(await storyOf(soon)).toEqual([{ action: 'retention.noticed', count: 3, who: 'system' }]);
    const mails = await test.db.query(
      `select to_address "to", template_values ->> 'what' what, path from account_mails where kind = 'erasure_notice'`,
    );
    expect(mails).toEqual([
      { to: test.asha.email, what: expect.stringMatching(/^3 of Soon on /), path: '/app/settings/retention' },
    ]);
    await until(
      () => test.db.query<{ state: string }[]>('select state from account_mails'),
      (rows) => rows.every(({ state }) => state === 'taken'),
    );
    await test.db.query(`update assessments set closed_at = now() - interval '87 days' where id = $1`, [early]);
    await follow();
    expect(await noticeOf(early)).toEqual({ candidates: 2, daysFromClosing: 94, daysFromNow: 7 });
  });

  it('never erases sooner than seven days from a change of the rule', async () => {
    const id = await closed('Long closed', 400, 2);
    await set(500);
    expect(await noticeOf(id)).toBeNull();
    await set(1);
    expect(await noticeOf(id)).toEqual({ candidates: 2, daysFromClosing: 407, daysFromNow: 7 });
    await timeIsOver(id);
    await set(2);
    await follow();
    expect(await noticeOf(id)).toMatchObject({ daysFromNow: 7 });
    expect(await kept(id)).toBe(2);
  });

  it('erases when the time is over, this assessment alone, and says so', async () => {
    const id = await closed('Over', 100, 0);
    const other = await closed('Still open', 1, 0);
    await test.db.query('update assessments set closed_at = null where id = $1', [other]);
    await addCandidates(test, test.acme, id, ['Zoe Quint', 'Mia Sand']);
    await addCandidates(test, test.acme, other, ['Zoe Quint']);
    await test.db.query(
      `insert into candidate_notes (org_id, invitation_id, user_id, text)
       select org_id, id, $2, 'Zoe Quint is calm, Mia Sand is loud' from invitations where assessment_id = $1`,
      [other, test.asha.actor.userId],
    );
    const foreign = await closedAssessment(test, test.globex, {
      title: 'Not yours',
      closedDaysAgo: 100,
      people: ['Far Away'],
    });
    await set(90);
    await follow();
    expect(await kept(id)).toBe(2);
    await timeIsOver(id);
    await follow();
    await erased();
    expect([await kept(id), await kept(other), await kept(foreign)]).toEqual([0, 1, 1]);
    expect(await storyOf(id)).toEqual([
      { action: 'retention.noticed', count: 2, who: 'system' },
      { action: 'assessment.erased', count: 2, who: 'system' },
    ]);
    expect(await noticeOf(id)).toBeNull();
    const [note] = await test.db.query<{ text: string }[]>(`select text from candidate_notes`);
    expect(note!.text).toBe('Zoe Quint is calm, Erased candidate is loud');
  });

  it('leaves whoever has an interview to come until it is over', async () => {
    const id = await closed('With interviews', 100, 3);
    await test.db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time)
       select org_id, id, 'uid-' || id, '', 'confirmed', now() + interval '2 days', now() + interval '2 days 1 hour'
         from invitations where assessment_id = $1 limit 1`,
      [id],
    );
    await set(90);
    await timeIsOver(id);
    await follow();
    await follow();
    await erased();
    expect(await kept(id)).toBe(1);
    const list = await test.ben.agent.get('/app/assessments').expect(200);
    expect(list.text).toContain('whoever has an interview to come after it.');
    await test.db.query(`update cal_com_bookings set start_time = now() - interval '2 hours', end_time = now()`);
    await follow();
    await erased();
    expect(await kept(id)).toBe(0);
    expect(await storyOf(id)).toEqual([
      { action: 'retention.noticed', count: 3, who: 'system' },
      { action: 'assessment.erased', count: 2, who: 'system' },
      { action: 'assessment.erased', count: 1, who: 'system' },
    ]);
  });

  it('announces and erases once, however many replicas are at it', async () => {
    const [due, next] = [await closed('Due', 100, 4), await closed('Next', 50, 2)];
    await set(90);
    await timeIsOver(due);
    await test.db.query(`update assessments set closed_at = now() - interval '85 days' where id = $1`, [next]);
    await Promise.all(Array.from({ length: 4 }, follow));
    await erased();
    expect(await storyOf(due)).toEqual([
      { action: 'retention.noticed', count: 4, who: 'system' },
      { action: 'assessment.erased', count: 4, who: 'system' },
    ]);
    expect(await storyOf(next)).toEqual([{ action: 'retention.noticed', count: 2, who: 'system' }]);
    expect(await test.db.query('select 1 from account_mails')).toHaveLength(2);
    expect([await kept(due), await kept(next)]).toEqual([0, 2]);
  });

  it('has done nothing where it broke off, and all of it the next time', async () => {
    const [due, next] = [await closed('Due', 100, 2), await closed('Next', 50, 2)];
    await set(90);
    await timeIsOver(due);
    await test.db.query(`update assessments set closed_at = now() - interval '85 days' where id = $1`, [next]);
    const post = jest.spyOn(test.app.get(AccountMails), 'post').mockRejectedValueOnce(new Error('broken off'));
    await expect(follow()).rejects.toThrow('broken off');
    post.mockRestore();
    await erased();
    expect([await kept(due), await noticeOf(next)]).toEqual([2, null]);
    await follow();
    await erased();
    expect([await kept(due), (await noticeOf(next))?.candidates]).toEqual([0, 2]);
    expect(await storyOf(due)).toHaveLength(2);
    expect(await storyOf(next)).toHaveLength(1);
  });

  it('goes on with other organizations where one cannot be followed', async () => {
    await test.db.query('insert into retention_rules (org_id, erase_after_days) select id, 90 from orgs');
    const tried: string[] = [];
    const each = jest.spyOn(test.app.get(RetentionService), 'follow').mockImplementation(async ({ orgId }) => {
      tried.push(orgId);
      throw new Error('broken off');
    });
    await expect(follow()).rejects.toThrow('broken off');
    each.mockRestore();
    expect(tried.toSorted()).toEqual([test.acme.orgId, test.globex.orgId].toSorted());
  });

  it('takes an announcement back when the assessment is opened again, and begins anew when it is closed', async () => {
    const id = await closed('Reopened', 100, 2);
    await set(90);
    await timeIsOver(id);
    await test.dana.agent.post(`/app/assessments/${id}/reopening`).expect(303);
    expect(await noticeOf(id)).toBeNull();
    await follow();
    await test.dana.agent.post(`/app/assessments/${id}/closure`).expect(303);
    expect(await noticeOf(id)).toBeNull();
    await follow();
    expect([await noticeOf(id), await kept(id)]).toEqual([null, 2]);
    await test.db.query(`update assessments set closed_at = now() - interval '90 days' where id = $1`, [id]);
    await follow();
    expect([(await noticeOf(id))?.daysFromNow, await kept(id)]).toEqual([7, 2]);
  });

  it('announces whoever came after the announcement anew', async () => {
    const id = await closed('Latecomers', 100, 2);
    await set(90);
    await addCandidates(test, test.acme, id, ['Late Comer'], 0);
    await timeIsOver(id);
    await follow();
    await erased();
    expect(await kept(id)).toBe(1);
    await follow();
    expect(await noticeOf(id)).toMatchObject({ candidates: 1, daysFromNow: 7 });
  });

  it('keeps for longer where somebody asked for it, and announces that end too', async () => {
    const id = await closed('Kept', 100, 2);
    await set(90);
    const retention = test.app.get(RetentionService);
    await retention.keep(test.asha.actor, id, new Date(Date.now() + 30 * 24 * 60 * 60 * 1000));
    expect(await noticeOf(id)).toBeNull();
    await set(80);
    await follow();
    expect(await noticeOf(id)).toBeNull();
    await test.db.query(`update assessment_retentions set kept_until = now() + interval '6 days'`);
    await follow();
    expect(await noticeOf(id)).toMatchObject({ candidates: 2, daysFromNow: 7 });
    await set(null);
    await timeIsOver(id);
    await follow();
    expect([await noticeOf(id), await kept(id)]).toEqual([null, 2]);
  });

  function closed(title: string, closedDaysAgo: number, count: number): Promise<string> {
    const people = Array.from({ length: count }, (_, place) => `${title} Person${place}`);
    return closedAssessment(test, test.acme, { title, closedDaysAgo, people });
  }

  function set(days: number | null): Promise<void> {
    return test.app.get(RetentionService).change(test.asha.actor, days);
  }

  function follow(): Promise<void> {
    return test.app.get(FollowRetentionJob).follow();
  }

  async function timeIsOver(assessmentId: string): Promise<void> {
    await test.db.query(
      `update assessment_retentions set erase_at = now() - interval '1 second'
        where assessment_id = $1 and noticed_at is not null`,
      [assessmentId],
    );
  }

  async function erased(): Promise<void> {
    await until(
      async () => {
        await test.app.get(ErasuresService).workOff();
        return test.db.query<unknown[]>('select 1 from erasures where finished_at is null');
      },
      (open) => open.length === 0,
    );
  }

  async function kept(assessmentId: string): Promise<number> {
    const [row] = await test.db.query<[{ count: number }]>(
      'select count(*)::int count from invitations where assessment_id = $1 and erased_at is null',
      [assessmentId],
    );
    return row.count;
  }

  async function noticeOf(assessmentId: string): Promise<Notice | null> {
    const [notice] = await test.db.query<Notice[]>(
      `select r.candidates, round(extract(epoch from r.erase_at - a.closed_at) / 86400)::int "daysFromClosing",
              round(extract(epoch from r.erase_at - now()) / 86400)::int "daysFromNow"
         from assessment_retentions r join assessments a on a.id = r.assessment_id and a.closed_at = r.closed_at
        where a.id = $1 and r.noticed_at is not null`,
      [assessmentId],
    );
    return notice ?? null;
  }

  async function storyOf(assessmentId: string): Promise<object[]> {
    return test.db.query<object[]>(
      `select action, (after ->> 'count')::int count, who from activity
        where subject_id = $1 and action in ('retention.noticed', 'assessment.erased') order by id`,
      [assessmentId],
    );
  }
});
