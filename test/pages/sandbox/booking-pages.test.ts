import { load } from 'cheerio';
import request from 'supertest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';

const prefilled = 'name=Amara+Diallo&email=amara%40example.org&metadata%5Binterlude%5D=ref-1&cal.tz=Asia%2FSeoul';
const page = `/acme-interviews/interview?${prefilled}`;

/** Amara walks the pages as a browser without a script would: she follows links and posts the form she sees. */
describe('the booking pages of the sandbox', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startSandbox({ now: () => new Date('2026-11-23T09:00:00Z') });
  });
  afterEach(() => sandbox.stop());

  it('says on every page that nothing is real', async () => {
    for (const path of ['/', page, '/nobody/nothing', '/booking/unknown']) {
      expect((await visit(path)).$('header').text()).toContain('Sandbox Cal.com: nothing here is real');
    }
  });

  it('shows free times by day in the zone of the visitor', async () => {
    const { $ } = await visit(page);
    expect($('.month-days a').length).toBeGreaterThan(20);
    expect($('.times a').first().text()).toBe('20:00');
    expect($('.zone summary').text()).toContain('Korean Standard Time (UTC+9), Seoul');
    expect($('select option[selected]').attr('value')).toBe('Asia/Seoul');
  });

  it('falls back to the zone of the host when the address names none that exists', async () => {
    const { $ } = await visit('/acme-interviews/interview?cal.tz=Mars/Olympus');
    expect($('.times a').first().text()).toBe('12:00');
    expect($('select option[selected]').attr('value')).toBe('Europe/Berlin');
  });

  it('books, moves and cancels', async () => {
    const booked = await submit(await visit(await firstTimeOn(page)), { notes: 'I may be late.' });
    expect(booked.$('.badge').text()).toContain('You are booked');
    expect(booked.$('h1').text()).toBe('Monday 23 November 202620:00–20:30');
    expect(sandbox.state.bookings).toMatchObject([
      {
        start: '2026-11-23T11:00:00.000Z',
        notes: 'I may be late.',
        metadata: { interlude: 'ref-1' },
        attendees: [{ name: 'Amara Diallo', email: 'amara@example.org', timeZone: 'Asia/Seoul' }],
      },
    ]);

    const picker = await visit(linkOn(booked, 'Change time'));
    const moved = await submit(await visit(picker.$('.times a').eq(3).attr('href') ?? ''), {
      rescheduleReason: 'Exam that day',
    });
    expect(moved.$('h1').text()).toContain('21:30–22:00');
    const [former, current] = sandbox.state.bookings;
    expect(former).toMatchObject({ status: 'cancelled', rescheduledToUid: current?.uid });
    expect(current).toMatchObject({
      status: 'accepted',
      metadata: { interlude: 'ref-1' },
      reschedulingReason: 'Exam that day',
    });
    expect((await visit(`/booking/${former?.uid}`)).$('.badge').text()).toContain('Moved to another time');

    const cancelled = await submit(await visit(linkOn(moved, 'Cancel')), { cancellationReason: 'Another job' });
    expect(cancelled.$('.badge').text()).toContain('Cancelled');
    expect(cancelled.$('main').text()).toContain('Another job');
    expect(sandbox.state.bookings[1]).toMatchObject({ status: 'cancelled', cancellationReason: 'Another job' });
  });

  it('keeps the metadata out of sight and in the form', async () => {
    const { $ } = await visit(await firstTimeOn(page));
    expect($('main').text()).not.toContain('ref-1');
    expect($('input[name="metadata[interlude]"]').attr('type')).toBe('hidden');
    expect($('#name').val()).toBe('Amara Diallo');
    expect($('#email').val()).toBe('amara@example.org');
  });

  it.each([
    ['a missing name', { name: ' ' }, '#name', 'Enter your name'],
    ['a bad e-mail', { email: 'amara@example' }, '#email', 'Enter an e-mail address in the right form'],
    ['a missing e-mail', { email: '' }, '#email', 'Enter your e-mail address'],
    ['notes without end', { notes: 'x'.repeat(2001) }, '#notes', 'at most 2000 characters'],
  ])('keeps what was typed after %s', async (_case, typed, field, message) => {
    const answer = await submit(await visit(await firstTimeOn(page)), { notes: 'Hello', ...typed });
    expect(answer.status).toBe(422);
    expect(answer.$('[role=alert] a').attr('href')).toBe(field);
    expect(answer.$('[role=alert]').text()).toContain(message);
    expect(answer.$(field).attr('aria-describedby')).toBe(answer.$('.field-error').attr('id'));
    const kept = { name: 'Amara Diallo', email: 'amara@example.org', notes: 'Hello', ...typed };
    for (const [name, value] of Object.entries(kept)) expect(answer.$(`#${name}`).val()).toBe(value);
    expect(answer.$('input[name=slot]').val()).toBe('2026-11-23T11:00:00.000Z');
    expect(sandbox.state.bookings).toEqual([]);
  });

  it('offers the nearest times when the chosen one was taken, and keeps what was typed', async () => {
    const form = await visit(await firstTimeOn(page));
    await submit(await visit(await firstTimeOn('/acme-interviews/interview?name=Bo&email=bo@example.org')), {});
    const answer = await submit(form, { notes: 'Hello' });
    expect(answer.status).toBe(422);
    expect(answer.$('[role=alert]').text()).toContain('This time has just been taken');
    expect(answer.$('#name').val()).toBe('Amara Diallo');
    expect(answer.$('#notes').val()).toBe('Hello');
    const offered = answer.$('input[type=radio][name=slot]').first();
    expect(offered.val()).toBe('2026-11-23T11:30:00.000Z');

    const booked = await submit(answer, { slot: String(offered.val()) });
    expect(booked.$('h1').text()).toContain('20:30–21:00');
    expect(sandbox.state.bookings[1]).toMatchObject({ metadata: { interlude: 'ref-1' } });
  });

  it('keeps the reason when moving fails, and the booking as it was', async () => {
    const booked = await submit(await visit(await firstTimeOn(page)), {});
    const form = await visit(await firstTimeOn(linkOn(booked, 'Change time'), 2));
    await submit(await visit(await firstTimeOn('/acme-interviews/interview?name=Bo&email=bo@example.org', 1)), {});
    const answer = await submit(form, { rescheduleReason: 'Exam' });
    expect(answer.status).toBe(422);
    expect(answer.$('#rescheduleReason').val()).toBe('Exam');
    expect(sandbox.state.bookings.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
  });

  it('keeps a reason for cancelling that is too long', async () => {
    const booked = await submit(await visit(await firstTimeOn(page)), {});
    const reason = 'x'.repeat(501);
    const answer = await submit(await visit(linkOn(booked, 'Cancel')), { cancellationReason: reason });
    expect([answer.status, answer.$('#cancellationReason').val()]).toEqual([422, reason]);
    expect(sandbox.state.bookings).toMatchObject([{ status: 'accepted' }]);
  });

  it('asks the host first where the event type wants that', async () => {
    const path = `/acme-interviews/final-conversation?${prefilled}`;
    const { $ } = await submit(await visit(await firstTimeOn(path)), {});
    expect($('.badge').text()).toContain('Waiting for confirmation');
    expect(sandbox.state.bookings).toMatchObject([{ status: 'pending' }]);
  });

  it('books the length that was chosen', async () => {
    const path = `/acme-interviews/flexible?${prefilled}&duration=60`;
    const { $ } = await submit(await visit(await firstTimeOn(path)), {});
    expect($('h1').text()).toContain('20:00–21:00');
  });

  it('puts names into the page as text', async () => {
    const form = await visit(await firstTimeOn(page));
    const { $ } = await submit(form, { name: '<script>alert(1)</script>', notes: '"><img src=x>' });
    expect($('script, img')).toHaveLength(0);
    expect($('main').text()).toContain('<script>alert(1)</script>');
  });

  it('knows no script, and lets none in', async () => {
    const { headers, $ } = await visit(page);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect($('script, [style], [onclick]')).toHaveLength(0);
  });

  it.each(['/nobody/nothing', '/booking/unknown', '/reschedule/unknown'])('answers 404 at %s', async (path) => {
    expect((await visit(path)).status).toBe(404);
  });

  it('sends who wants to move a cancelled booking to that booking', async () => {
    const booked = await submit(await visit(await firstTimeOn(page)), {});
    await submit(await visit(linkOn(booked, 'Cancel')), {});
    const uid = sandbox.state.bookings[0]?.uid;
    const { headers, status } = await request(sandbox.url).get(`/reschedule/${uid}`);
    expect([status, headers.location]).toEqual([303, `/booking/${uid}`]);
  });

  type Visit = Awaited<ReturnType<typeof visit>>;

  async function visit(path: string) {
    const { status, headers, text } = await request(sandbox.url).get(path.replace(/#.*$/, ''));
    return { status, headers: headers as Record<string, string>, $: load(text) };
  }

  /** Posts the one form of a page with its own values, except for what is typed over them, and follows. */
  async function submit({ $ }: Visit, typed: Record<string, string>): Promise<Visit> {
    const form = $('form[method=post]');
    const fields = Object.fromEntries(form.serializeArray().map(({ name, value }) => [name, value]));
    const answer = await request(sandbox.url)
      .post(form.attr('action') ?? '')
      .type('form')
      .send({ ...fields, ...typed });
    if (answer.status === 303) return visit(answer.headers.location ?? '');
    return { status: answer.status, headers: answer.headers as Record<string, string>, $: load(answer.text) };
  }

  async function firstTimeOn(path: string, index = 0): Promise<string> {
    return (await visit(path)).$('.times a').eq(index).attr('href') ?? '';
  }

  function linkOn({ $ }: Visit, text: string): string {
    const link = $('main a').filter((_, element) => $(element).text().trim() === text);
    return link.attr('href') ?? '';
  }
});
