import * as cheerio from 'cheerio';
import { TemplateLibraryService } from '../../../src/email/template-library.service.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

const second = { subject: 'Once more, {{candidate_name}}', body: 'Hello again: {{booking_link}}' };

describe('the template of a draft', () => {
  let test: SchedulingTest;
  let library: TemplateLibraryService;

  beforeAll(async () => {
    test = await startScheduling();
    library = test.app.get(TemplateLibraryService);
  });
  beforeEach(() => test.db.query('delete from custom_templates'));
  afterAll(() => test.stop());

  const draft = async () => {
    const eventType = cheerio
      .load((await test.asha.agent.get('/app/scheduling')).text)('#event_type_id option')
      .first()
      .attr('value');
    const form = { invitation_ids: await test.ids(2), event_type_id: eventType };
    return (await test.asha.agent.post('/app/scheduling/sends').type('form').send(form).expect(303)).headers[
      'location'
    ]!;
  };
  const show = async (path: string) => cheerio.load((await test.asha.agent.get(path).expect(200)).text);
  const use = (path: string, form: object, { agent } = test.dana) =>
    agent.post(`${path}/template`).type('form').send(form);

  it('is not to be chosen while there is one alone', async () => {
    const $ = await show(await draft());
    expect($('#template').length).toBe(0);
    expect($('#message-form .card-header').text()).toContain('Template: Invitation, version 1');
  });

  it('gives way to another, whose text replaces the message and which the mails keep', async () => {
    const name = await library.add(test.acme, 'Second interview', second);
    const path = await draft();
    const before = await show(path);
    expect(before('#template option').length).toBe(2);
    expect(before('#template option[selected]').text()).toBe('Invitation');
    await use(path, { template: name, revision: '1' }).expect(303);
    const $ = await show(path);
    expect($('#template option[selected]').text()).toBe('Second interview');
    expect($('#message-form .card-header').text()).toContain('Template: Second interview, version 1');
    expect($('#message').text()).toBe(second.body);
    expect($('dt:contains("Subject") + dd').text()).toMatch(/^Once more, \p{L}/u);
    const form = { revision: '2', subject: second.subject, message: second.body };
    await test.dana.agent.post(`${path}/dispatch`).type('form').send(form).expect(303);
    expect(await test.settled(path.split('/').at(-1)!)).toEqual({ accepted: 2 });
    const kept = await test.db.query<object[]>(
      `select distinct t.name, t.version from emails e join email_templates t on t.id = e.template_id where e.send_id = $1`,
      [path.split('/').at(-1)],
    );
    expect(kept).toEqual([{ name: 'second_interview', version: 1 }]);
  });

  it('stays where a colleague changed the draft meanwhile, or the other one is archived or a stranger’s', async () => {
    const name = await library.add(test.acme, 'Second interview', second);
    const others = await library.add(test.globex, 'Theirs', second);
    const path = await draft();
    const stale = cheerio.load((await use(path, { template: name, revision: '7' }).expect(422)).text);
    expect(stale('#errors').text()).toContain('changed meanwhile');
    await library.archive(test.acme, name!);
    for (const template of [name, others, 'booking_confirmation', 'nothing', '', ['a']]) {
      const $ = cheerio.load((await use(path, { template, revision: '1' }).expect(422)).text);
      expect($('#errors').text()).toContain('Choose one of the templates listed.');
    }
    expect((await show(path))('#message').text()).not.toBe(second.body);
  });

  it('is the business of schedulers of this organization, from our own pages', async () => {
    const path = await draft();
    const form = { template: 'scheduling_invitation', revision: '1' };
    await use(path, form, test.ben).expect(403);
    await use(path, form, test.cleo).expect(404);
    await use('/app/sends/nothing', form).expect(404);
    await test.dana.agent
      .post(`${path}/template`)
      .set('Origin', 'https://evil.example')
      .type('form')
      .send(form)
      .expect(403);
  });
});
