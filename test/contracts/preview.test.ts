import { load } from 'cheerio';
import { ResendServer } from '../support/resend-server.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';

interface WireMail {
  readonly to: string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

const template = {
  subject: 'Łódź & {{candidate_name}}: {{assessment_title}}',
  message: [
    '# Hello {{candidate_name}} <b>&amp; all</b>',
    '',
    '{{#if meeting_date}}On {{meeting_date}}{{else}}Soon{{/if}} *at* `{{org_name}}`:',
    '- one',
    '- two',
    '',
    '[Choose a time]({{booking_link}})',
    '',
    'Or {{booking_link}} 👍',
  ].join('\n'),
};

describe('what a preview shows', () => {
  let resend: ResendServer;
  let test: SchedulingTest;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startScheduling({
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme <hiring@acme.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
    });
  });
  afterAll(async () => {
    await test?.stop();
    await resend?.stop();
  });

  const page = async (at: string) => load((await test.asha.agent.get(at).expect(200)).text);
  const framed = async (src: string) => (await test.asha.agent.get(src).expect(200)).text;
  const post = async (at: string, form: object) =>
    (await test.asha.agent.post(at).type('form').send(form).expect(303)).headers['location']!;

  it('is what the mail service gets, byte for byte, in the settings and in the draft', async () => {
    const settings = '/app/settings/templates/scheduling_invitation';
    await page(settings);
    await post(settings, { ...template, revision: '1' });
    const [invitationId] = await test.ids(1);
    await test.db.query(`update invitations set name = 'Zoë O''Connor <x>' where id = $1`, [invitationId]);
    const eventType = (await page('/app/scheduling'))('#event_type_id option').first().attr('value');
    const draft = await post('/app/scheduling/sends', { invitation_ids: [invitationId], event_type_id: eventType });

    const inSettings = await page(`${settings}?candidate=${invitationId}`);
    const inDraft = await page(draft);
    const asText = await page(`${draft}?part=text`);
    const shown = {
      settings: {
        subject: inSettings('dt:contains("Subject") + dd').text(),
        html: await framed(inSettings('iframe').attr('src')!),
        text: inSettings('pre.mail-paper').text(),
      },
      draft: {
        subject: inDraft('dt:contains("Subject") + dd').text(),
        html: await framed(inDraft('iframe').attr('src')!),
        text: asText('pre.mail-paper').text(),
      },
    };
    await post(`${draft}/dispatch`, {
      revision: inDraft('#message-form input[name=revision]').attr('value'),
      subject: inDraft('#subject').attr('value'),
      message: inDraft('#message').text().replace(/^\n/, ''),
    });
    expect(await test.settled(draft.split('/').at(-1)!)).toEqual({ accepted: 1 });

    const [sent, ...more] = resend.requests.flatMap(({ text }) => JSON.parse(text) as WireMail[]);
    expect(more).toEqual([]);
    const { subject, html, text } = sent!;
    expect(shown.settings).toEqual({ subject, html, text });
    expect(shown.draft).toEqual({ subject, html, text });
    expect(subject).toContain(`Łódź & Zoë O'Connor <x>`);
    expect(text).toContain('Soon at Acme:');
  });
});
