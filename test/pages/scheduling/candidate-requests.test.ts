import * as cheerio from 'cheerio';
import {
  linkedCandidate,
  openPage,
  storeBooking,
  wordsOf,
  type LinkedCandidate,
} from '../../support/candidate-page.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

const dayMs = 24 * 60 * 60 * 1000;
const longestNote = 500;

describe('no time works for a candidate', () => {
  let test: SchedulingTest;
  let candidate: LinkedCandidate;

  beforeAll(async () => {
    test = await startScheduling();
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    candidate = await linkedCandidate(test);
  });

  const day = new Date(Date.now() + 20 * dayMs).toISOString().slice(0, 10);
  const wish = { day_1: day, from_1: '09:00', to_1: '12:30', note: 'Evenings too' };
  const send = (body: object, of = candidate) => test.visitor().post(`${of.path}/other-times`).type('form').send(body);
  const stored = async (of = candidate) =>
    test.db.query<{ id: string; windows: object[]; note: string; zone: string }[]>(
      `select id, windows, note, time_zone zone from candidate_requests
        where invitation_id = $1 and settled_at is null order by created_at`,
      [of.invitationId],
    );
  const listed = async (agent = test.asha.agent) =>
    cheerio.load((await agent.get('/app/scheduling?needs_attention=yes').expect(200)).text);
  const rowOf = ($: cheerio.CheerioAPI, of = candidate) =>
    $('tbody tr').filter((_, row) => $(row).find(`[value="${of.invitationId}"]`).length > 0);

  it('asks for up to three times in their zone and a note; looking changes nothing', async () => {
    await test.db.query(`update invitations set time_zone = 'Asia/Kathmandu' where id = $1`, [candidate.invitationId]);
    const page = await openPage(test, candidate.path);
    expect(page(`a[href="${candidate.path}/other-times"]`).text()).toBe('No time works for me');
    const $ = await openPage(test, `${candidate.path}/other-times`);
    expect(wordsOf($)).toContain('Kathmandu, UTC+5:45');
    expect($('input[type=date]')).toHaveLength(3);
    expect($('input[type=time]')).toHaveLength(6);
    expect($('form').attr('action')).toBe(`${candidate.path}/other-times`);
    await test.visitor().head(`${candidate.path}/other-times`).expect(200);
    expect(await stored()).toEqual([]);
  });

  it('keeps what was typed where something is missing, and links the fault to its field', async () => {
    const answer = await send({ ...wish, to_1: '08:00' }).expect(422);
    const $ = cheerio.load(answer.text);
    expect($('[role=alert] a[href="#to_1"]').text()).toBe('The end of the first time is not after its start.');
    expect($('#to_1').attr('aria-invalid')).toBe('true');
    expect($('#day_1').val()).toBe(day);
    expect($('#note').val()).toBe('Evenings too');
    await send({}).expect(422);
    await send({ note: 'x'.repeat(longestNote + 1) }).expect(422);
    expect(await stored()).toEqual([]);
  });

  it('stores the wish, says so, and shows it to the admin by both clocks until it is settled', async () => {
    await test.db.query(`update invitations set time_zone = 'Asia/Tokyo' where id = $1`, [candidate.invitationId]);
    await send({ ...wish, note: ' Eve\r\nnings\u202e  too ' })
      .expect(303)
      .expect('Location', candidate.path);
    const [kept] = await stored();
    expect(kept).toMatchObject({
      windows: [{ day, from: '09:00', to: '12:30' }],
      note: 'Eve nings too',
      zone: 'Asia/Tokyo',
    });
    expect(wordsOf(await openPage(test, candidate.path))).toContain('You told Acme on');
    const row = wordsOf(await listed());
    expect(row).toContain('Asks for other times');
    expect(row).toMatch(/0[12]:00–0[45]:30 CES?T \(UTC\+[12]\)/);
    expect(row).toContain('09:00–12:30 UTC+9 for them');
    expect(row).toContain('“Eve nings too”');
    const pill = (await listed())('.pills a[aria-current]');
    expect(wordsOf(await listed(), '.pills a[aria-current]')).toBe('Needs attention 1');
    expect(pill.attr('href')).toContain('needs_attention=yes');
    const settlement = `/app/scheduling/requests/${kept!.id}/settlement`;
    expect((await listed())(`form[action="${settlement}"]`)).toHaveLength(1);
    expect((await listed(test.ben.agent))(`form[action="${settlement}"]`)).toHaveLength(0);
    await test.ben.agent.post(settlement).expect(403);
    await test.cleo.agent.post(settlement).expect(404);
    await test.asha.agent.post('/app/scheduling/requests/nonsense/settlement').expect(404);
    expect(await stored()).toHaveLength(1);
    await test.dana.agent
      .post(settlement)
      .type('form')
      .send({ needs_attention: 'yes' })
      .expect(303)
      .expect('Location', '/app/scheduling?needs_attention=yes');
    await test.dana.agent.post(settlement).expect(303);
    expect(await stored()).toEqual([]);
    expect(rowOf(await listed())).toHaveLength(0);
    const [who] = await test.db.query<{ by: string }[]>('select settled_by by from candidate_requests where id = $1', [
      kept!.id,
    ]);
    expect(who!.by).toBe(test.dana.actor.userId);
  });

  it('keeps code a text, in the list and beside the form', async () => {
    await send({ note: '<img src=x onerror=alert(1)> {{candidate_name}}' }).expect(303);
    const list = (await test.asha.agent.get('/app/scheduling?needs_attention=yes').expect(200)).text;
    expect(list).not.toContain('<img src=x');
    expect(list).toContain('&lt;img src');
    expect(list).toContain('{{candidate_name}}');
    const again = await send({ note: '</textarea><script>1</script>', day_1: 'x' }).expect(422);
    expect(again.text).not.toContain('<script>1');
  });

  it('keeps one wish for each link, the last, however many come', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, index) => send({ note: `Wish ${index}` }).expect(303)));
    expect(await stored()).toHaveLength(1);
    const [before] = await stored();
    await send({ note: 'The last' }).expect(303);
    const all = await stored();
    expect(all).toMatchObject([{ note: 'The last' }]);
    // Settling what was replaced meanwhile would settle what nobody has read.
    await test.asha.agent.post(`/app/scheduling/requests/${before!.id}/settlement`).expect(404);
    expect(await stored()).toHaveLength(1);
  });

  it('is nobody’s business but the organization’s', async () => {
    await send({ note: 'For Acme alone' }).expect(303);
    const theirs = (await test.cleo.agent.get('/app/scheduling?needs_attention=yes').expect(200)).text;
    expect(theirs).not.toContain('For Acme alone');
  });

  it('needs no attention while an interview is booked', async () => {
    await send({ note: 'Found one after all' }).expect(303);
    await storeBooking(test, candidate);
    expect(wordsOf(await listed())).not.toContain('Found one after all');
    await send({ note: 'x' }).expect(303).expect('Location', candidate.path);
    expect(await stored()).toMatchObject([{ note: 'Found one after all' }]);
  });

  it('keeps the filter through the other filters and the selection', async () => {
    await send({ note: 'Filtered' }).expect(303);
    const $ = await listed();
    expect($('form[role=search] input[name=needs_attention]').val()).toBe('yes');
    expect($('form#selection input[name=needs_attention]').val()).toBe('yes');
    const both = await test.asha.agent.get('/app/scheduling?needs_attention=yes&scheduling_status=booked').expect(200);
    expect(both.text).toContain('Filtered');
  });
});
