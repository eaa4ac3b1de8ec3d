import { load, type CheerioAPI } from 'cheerio';
import { startApp, type TestApp, type TestPerson } from '../../support/app.js';

const path = '/app/settings/templates';
const invitation = `${path}/scheduling_invitation`;
const good = { subject: 'Hello {{candidate_name}}', message: 'Come: [Choose]({{booking_link}})' };

interface StoredVersion {
  readonly version: number;
  readonly subject: string;
  readonly body: string;
  readonly author: string | null;
}

describe('the templates', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(async () => {
    await app.db.query('delete from email_templates; delete from custom_templates; delete from assessments');
  });
  afterAll(() => app.stop());

  const read = async (at: string, person: TestPerson = app.asha) => load((await person.agent.get(at).expect(200)).text);
  const post = (at: string, form: object, person: TestPerson = app.asha) =>
    person.agent.post(at).type('form').send(form);
  const formOf = ($: CheerioAPI) => ({
    revision: $('#template-form input[name=revision]').attr('value')!,
    subject: $('#subject').attr('value')!,
    message: $('#message').text(),
  });
  const stored = (name = 'scheduling_invitation', { orgId } = app.acme): Promise<StoredVersion[]> =>
    app.db.query(
      `select t.version, t.subject, t.body, u.name author from email_templates t left join users u on u.id = t.created_by
        where t.org_id = $1 and t.name = $2 order by t.version`,
      [orgId, name],
    );
  const candidate = async (name: string, { orgId } = app.acme): Promise<string> => {
    const [row] = await app.db.query<{ id: string }[]>(
      `with a as (insert into assessments (org_id, title) values ($1, $2 || '''s <Logic>') returning id)
       insert into invitations (org_id, assessment_id, name, email)
       select $1, id, $2, lower($2) || '@people.example' from a returning id`,
      [orgId, name],
    );
    return row!.id;
  };

  describe('the list', () => {
    it('shows what came with Interlude, and who saved what is in force', async () => {
      const before = wordsOf(await read(path), 'tbody');
      expect(before).toMatch(/Invitation.*Version 1 ?As it came with Interlude/);
      expect(before).toContain('Booking confirmation');
      await post(invitation, { ...good, revision: '1' }).expect(303);
      const $ = await read(path);
      expect(wordsOf($, 'tbody')).toMatch(/Invitation.*Version 2 ?Today, \d\d:\d\d, by Asha Menon/);
      expect($('nav[aria-label="Settings"] [aria-current="page"]').text()).toBe('Templates');
    });

    it('takes another template, which begins with the text of one that is there', async () => {
      await post(invitation, { ...good, revision: '1' });
      const added = await post(path, { title: '  Second   interview ', from: 'scheduling_invitation' }).expect(303);
      expect(added.headers['location']).toBe(`${path}/second_interview`);
      const $ = await read(`${path}/second_interview`);
      expect($('h1').text()).toBe('Second interview');
      expect(formOf($)).toEqual({ revision: '1', ...good });
      expect((await read(path))('tbody a').last().text()).toBe('Second interview');
      expect(await stored('second_interview', app.globex)).toEqual([]);
    });

    it.each([
      ['', 'Give the template a name'],
      ['   ', 'Give the template a name'],
      ['x'.repeat(61), 'at most 60'],
      ['a\nb', 'one line'],
      ['invitation', 'There is a template of this name'],
      ['SECOND interview', 'There is a template of this name'],
    ])('refuses %j as a name and keeps it', async (title, words) => {
      await post(path, { title: 'Second interview', from: 'scheduling_invitation' }).expect(303);
      const $ = load((await post(path, { title, from: 'scheduling_invitation' }).expect(422)).text);
      expect($('#errors a').attr('href')).toBe('#title');
      expect($('#errors').text()).toContain(words);
      expect($('#title').val()).toBe(title);
    });

    it('gives names that cannot be told apart in an address another one', async () => {
      for (const title of ['Gespräch', 'Gesprach', '二次面接', '三次面接']) {
        await post(path, { title, from: 'scheduling_invitation' }).expect(303);
      }
      const $ = await read(path);
      const hrefs = $('tbody a')
        .toArray()
        .map((link) => $(link).attr('href')!.split('/').at(-1));
      expect(hrefs.slice(2).toSorted()).toEqual(['gesprach', 'gesprach_2', 'template', 'template_2']);
    });

    it('refuses to begin with a template that is not there', async () => {
      const $ = load((await post(path, { title: 'New', from: 'nothing' }).expect(422)).text);
      expect($('#errors a').attr('href')).toBe('#from');
    });
  });

  describe('saving', () => {
    it('makes a version, with its author, and leaves other organizations alone', async () => {
      await post(invitation, { ...formOf(await read(invitation)), ...good })
        .expect(303)
        .expect('Location', invitation);
      const [first, second, ...more] = await stored();
      expect(first).toMatchObject({ version: 1, author: null });
      expect(second).toEqual({ version: 2, subject: good.subject, body: good.message, author: 'Asha Menon' });
      expect(more).toEqual([]);
      const $ = await read(invitation);
      expect($('#flash').text()).toContain('Version 2 is in force.');
      expect(formOf($)).toEqual({ ...good, revision: '2' });
      expect(await stored('scheduling_invitation', app.globex)).toEqual([]);
    });

    it('makes no version of what is in force already, whatever the line ends', async () => {
      const form = formOf(await read(invitation));
      await post(invitation, { ...form, message: form.message.replaceAll('\n', '\r\n') }).expect(303);
      expect(await stored()).toHaveLength(1);
      expect((await read(invitation))('#flash').text()).toContain('Nothing was changed.');
    });

    it.each([
      ['three braces', 'subject', '{{{candidate_name}}}', 'line 1'],
      ['an ampersand', 'message', 'a\nb {{&candidate_name}}', 'line 2'],
      ['a helper', 'message', '\n\n{{lookup candidate_name "x"}}', 'line 3'],
      ['a partial', 'message', '{{> footer}}', 'line 1'],
      ['the root', 'message', '{{@root}}', 'line 1'],
      ['the prototype', 'message', 'a\n\n\n{{constructor}}', 'line 4'],
      ['a misspelt name', 'message', '{{candidat_name}}', 'Did you mean {{candidate_name}}?'],
      ['a subject of two lines', 'subject', 'a\nb', 'one line'],
      ['a message without the link', 'message', 'Hello', '{{booking_link}}'],
      ['nothing', 'message', '', 'Write a message.'],
    ])('refuses %s: it says where, what was typed stays, what was in force stays', async (_, field, value, words) => {
      await read(invitation);
      const before = await stored();
      const typed = { ...good, [field]: value };
      const $ = load((await post(invitation, { ...typed, revision: '1' }).expect(422)).text);
      expect($('#errors a').first().attr('href')).toBe(`#${field}`);
      expect($('#errors').text().replaceAll('`', '')).toContain(words);
      expect($(`#${field}`).attr('aria-invalid')).toBe('true');
      expect(formOf($)).toEqual({ ...typed, revision: '1' });
      expect(await stored()).toEqual(before);
    });

    it('refuses 200 KB and loses none of it', async () => {
      const message = `${'Grüße an alle. '.repeat(13_000)}{{booking_link}}`;
      expect(Buffer.byteLength(message)).toBeGreaterThan(200_000);
      const $ = load((await post(invitation, { ...good, message, revision: '1' }).expect(422)).text);
      expect($('#errors').text()).toContain('at most 20 KB');
      expect(formOf($).message).toBe(message);
    });

    it('refuses to take the place of a version the author has not seen, and lets them decide', async () => {
      const form = formOf(await read(invitation));
      await post(invitation, { ...form, subject: 'By somebody else' }).expect(303);
      const $ = load((await post(invitation, { ...form, ...good }).expect(422)).text);
      expect($('#errors').text()).toMatch(/Asha Menon saved version 2 at \d\d:\d\d:\d\d, while you were writing/);
      expect(formOf($)).toEqual({ ...good, revision: '2' });
      expect(await stored()).toHaveLength(2);
      await post(invitation, formOf($)).expect(303);
      expect((await stored()).map(({ subject }) => subject).slice(1)).toEqual(['By somebody else', good.subject]);
    });

    it('lets one of two admins through who press at the same moment', async () => {
      const form = formOf(await read(invitation));
      const subjects = ['One', 'Two', 'Three', 'Four'];
      const answers = await Promise.all(subjects.map((subject) => post(invitation, { ...form, subject })));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 422, 422, 422]);
      expect(await stored()).toHaveLength(2);
    });

    it.each([{}, { subject: ['a'], message: { b: 'c' }, revision: 'x' }, { ...good, revision: '999999999' }])(
      'survives the form %j',
      async (form) => {
        await post(invitation, form).expect(422);
        expect(await stored()).toHaveLength(1);
      },
    );
  });

  it('says while one types what saving would say, and saves nothing', async () => {
    const check = async (form: object) => (await post(`${invitation}/check`, form).expect(200)).body as object;
    expect(await check(good)).toEqual({ problems: [] });
    expect(await check({ ...good, message: 'a\n{{x}} {{booking_link}}' })).toEqual({
      problems: [{ field: 'message', message: expect.stringContaining('line 2') as string }],
    });
    expect(await stored()).toEqual([]);
  });

  describe('the preview', () => {
    it('speaks to nobody while there is nobody', async () => {
      const $ = await read(invitation);
      expect($('#preview-title').text()).toBe('With sample values');
      expect(wordsOf($)).toContain('There are no candidates yet.');
      const frame = $('iframe');
      expect(frame.attr('sandbox')!.split(' ')).not.toContain('allow-scripts');
      const framed = await app.asha.agent.get(frame.attr('src')!).expect(200);
      const policy = framed.headers['content-security-policy']!;
      expect(policy).toContain(`default-src 'none'`);
      expect(policy).not.toContain('script-src');
      expect(framed.text).toContain(`${app.settings.publicUrl}/i/sample`);
    });

    it('shows what was typed, to a candidate of one’s choice, and keeps both', async () => {
      await candidate('Elif');
      const mina = await candidate('Mina');
      await candidate('Stranger', app.globex);
      const typed = {
        ...good,
        message: 'Dear {{candidate_name}}, about {{assessment_title}}:\n\n{{booking_link}}',
        revision: '1',
      };
      const shown = await post(`${invitation}/preview`, { ...typed, candidate: ' MINA@people.example' }).expect(303);
      expect(shown.headers['location']).toContain(`candidate=${mina}`);
      const $ = await read(shown.headers['location']!);
      expect($('#preview-title').text()).toBe('As Mina gets it');
      expect($('dt:contains("Subject") + dd').text()).toBe('Hello Mina');
      expect($('#candidate').val()).toBe('mina@people.example');
      expect($('datalist option').length).toBe(2);
      expect(formOf($)).toEqual(typed);
      expect($('pre.mail-paper').text()).toContain(`Dear Mina, about Mina's <Logic>:`);
      const framed = await app.asha.agent.get($('iframe').attr('src')!).expect(200);
      expect(load(framed.text)('p').first().text()).toBe(`Dear Mina, about Mina's <Logic>:`);
      expect(await stored()).toHaveLength(1);
      await post(invitation, formOf($)).expect(303);
      await app.asha.agent.get($('iframe').attr('src')!).expect(404);
    });

    it('says which values a sample stands for, and which no mail will ever have', async () => {
      await candidate('Mina');
      const $ = await read(invitation);
      expect(wordsOf($)).toContain('A sample stands for {{booking_link}}');
      const shown = await post(`${invitation}/preview`, { ...good, subject: 'On {{meeting_date}}', revision: '1' });
      expect(wordsOf(await read(shown.headers['location']!))).toContain(
        '{{meeting_date}} never has a value in this mail',
      );
    });

    it('of a confirmation speaks of the booking of whoever booked last, in their own hours', async () => {
      await candidate('Elif');
      const mina = await candidate('Mina');
      await app.db.query(
        `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time,
                                       attendee_time_zone, matched_by)
         values ($1, $2, 'b1', 'https://cal.example/b1', 'confirmed', '2027-01-12T09:00Z', '2027-01-12T09:30Z',
                 'Asia/Seoul', 'ref')`,
        [app.acme.orgId, mina],
      );
      const $ = await read(`${path}/booking_confirmation`);
      expect($('#preview-title').text()).toBe('As Mina gets it');
      expect($('dt:contains("Subject") + dd').text()).toMatch(/^Your interview: Tue 12 Jan 2027, 18:00.*UTC\+9/);
      await post(`${path}/booking_confirmation`, { ...good, revision: '1' }).expect(422);
    });

    it('refuses an address nobody has, and a text that could not be saved, and keeps both', async () => {
      const $ = load(
        (await post(`${invitation}/preview`, { ...good, subject: '{{x}}', candidate: 'no@one.example' }).expect(422))
          .text,
      );
      const fields = $('#errors a')
        .toArray()
        .map((link) => $(link).attr('href'));
      expect(fields).toEqual(['#subject', '#candidate']);
      expect([$('#subject').val(), $('#candidate').val()]).toEqual(['{{x}}', 'no@one.example']);
    });
  });

  describe('the versions', () => {
    beforeEach(async () => {
      for (let version = 1; version <= 7; version += 1) {
        await post(invitation, { ...good, subject: `Number ${version + 1}`, revision: String(version) }).expect(303);
      }
    });

    it('are listed with author and time, the newest first', async () => {
      const $ = await read(invitation);
      expect($('section:contains("Versions") li a').first().text()).toMatch(/^Version \d$/);
      const all = await read(`${invitation}/versions`);
      const rows = all('.list-group-item')
        .toArray()
        .map((row) => all(row).text().replaceAll(/\s+/g, ' ').trim());
      expect(rows[0]).toMatch(/^Version 8 ?Today, \d\d:\d\d, by Asha Menon ?In force$/);
      expect(rows.at(-1)).toMatch(/^Version 1 ?As it came with Interlude$/);
      const older = await read(`${invitation}/versions?before=3`);
      expect(older('.list-group-item').length).toBe(2);
    });

    it('can be looked at and restored, as a new version', async () => {
      const $ = await read(`${invitation}/versions/3`);
      expect($('h1').text()).toBe('Invitation, version 3');
      expect($('pre').first().text()).toBe(good.message);
      const restore = $('form[action$="/restoration"]');
      expect(restore.find('[name=revision]').val()).toBe('8');
      await post(restore.attr('action')!, { revision: '7' }).expect(422);
      await post(restore.attr('action')!, { revision: '8' }).expect(303);
      expect((await stored()).at(-1)).toMatchObject({ version: 9, subject: 'Number 3', author: 'Asha Menon' });
      expect((await read(`${invitation}/versions/9`))('form[action$="/restoration"]').length).toBe(0);
    });

    it('begin again with the default, as a new version', async () => {
      const [first] = await stored();
      await post(`${invitation}/default`, { revision: '8' }).expect(303);
      expect((await stored()).at(-1)).toMatchObject({ version: 9, subject: first!.subject, body: first!.body });
      expect(wordsOf(await read(invitation))).toContain('This is the text that came with Interlude.');
    });

    it.each(['9', '0', '-1', '1.5', 'x', '99999999999', '%00'])('has no version %s', async (version) => {
      await app.asha.agent.get(`${invitation}/versions/${version}`).expect(404);
      await post(`${invitation}/versions/${version}/restoration`, { revision: '8' }).expect(404);
      await app.asha.agent.get(`${invitation}/body?version=${version}`).expect(404);
    });
  });

  describe('archiving', () => {
    const second = `${path}/second_interview`;

    beforeEach(() => post(path, { title: 'Second interview', from: 'scheduling_invitation' }).expect(303));

    it('puts one’s own template away, and takes it back', async () => {
      await post(`${second}/archiving`, {}).expect(303);
      expect(wordsOf(await read(path), 'tbody')).not.toContain('Second interview');
      expect(wordsOf(await read(`${path}?show=archived`), 'tbody')).toContain('Second interview');
      expect(wordsOf(await read(second))).toContain('No send can start from it.');
      await post(`${second}/archiving/reversal`, {}).expect(303);
      expect(wordsOf(await read(path), 'tbody')).toContain('Second interview');
    });

    it('leaves the built-in ones alone', async () => {
      await post(`${invitation}/archiving`, {}).expect(404);
      await post(`${second}/default`, { revision: '1' }).expect(404);
    });
  });

  describe('who may', () => {
    const gets = [
      path,
      invitation,
      `${invitation}/versions`,
      `${invitation}/versions/1`,
      `${invitation}/body?version=1`,
    ];
    const posts = [
      path,
      ...['', '/preview', '/check', '/default', '/versions/1/restoration'].map((to) => invitation + to),
    ];

    it('viewers and schedulers may not look, or change anything', async () => {
      await read(invitation);
      for (const { agent } of [app.ben, app.dana]) {
        for (const at of gets) await agent.get(at).expect(403);
        for (const at of posts) await agent.post(at).type('form').send(good).expect(403);
      }
      expect(await stored()).toHaveLength(1);
    });

    it('a foreign origin is refused', async () => {
      for (const at of posts) {
        await app.asha.agent.post(at).set('Origin', 'https://evil.example').type('form').send(good).expect(403);
      }
    });

    it('another organization finds nothing of ours', async () => {
      await post(path, { title: 'Second interview', from: 'scheduling_invitation' }).expect(303);
      const mina = await candidate('Mina');
      await app.cleo.agent.get(`${path}/second_interview`).expect(404);
      await post(`${path}/second_interview`, { ...good, revision: '1' }, app.cleo).expect(404);
      await post(`${path}/second_interview/archiving`, {}, app.cleo).expect(404);
      await app.cleo.agent.get(`${invitation}?candidate=${mina}`).expect(404);
      await read(invitation, app.cleo);
      await app.cleo.agent.get(`${invitation}/body?version=1&candidate=${mina}`).expect(404);
      await post(`${invitation}/preview`, { ...good, candidate: 'mina@people.example' }, app.cleo).expect(422);
    });

    it.each(['nothing', 'Scheduling_invitation', '__proto__', 'constructor', '%00', '..%2Femail'])(
      'there is no template %s',
      async (name) => {
        await app.asha.agent.get(`${path}/${name}`).expect(404);
        await post(`${path}/${name}`, { ...good, revision: '1' }).expect(404);
      },
    );
  });
});

function wordsOf($: CheerioAPI, selector = 'main'): string {
  return $(selector).text().replaceAll(/\s+/g, ' ').trim();
}
