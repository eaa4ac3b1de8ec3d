import * as fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { frozenMail } from '../../../src/email/delivery/frozen-mail.js';
import type { FrozenMail } from '../../../src/email/transports/mail-transport.js';
import { SmtpTransport } from '../../../src/email/transports/smtp.transport.js';
import type { MailValues } from '../../../src/templating/mail/mail-names.js';
import { parseMailTemplate, type MailContent } from '../../../src/templating/mail/parse-mail-template.js';
import { missingValues, renderMail } from '../../../src/templating/mail/render-mail.js';
import { headerOf, parseMail } from '../../support/parse-mail.js';
import { SmtpPeer } from '../../support/smtp-peer.js';

const from = 'Acme Interviews <interviews@acme.example>';
const bookingLink = 'https://interviews.acme.example/i/3yWkz0Jd8uQhVv2nQm1p7A';
const headerNames = [
  'from',
  'to',
  'reply-to',
  'subject',
  'message-id',
  'date',
  'mime-version',
  'content-type',
  'x-entity-ref-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
].toSorted();

describe('a mail as a mail server gets it', () => {
  let peer: SmtpPeer;
  let transport: SmtpTransport;

  beforeAll(async () => {
    peer = await SmtpPeer.start();
    transport = new SmtpTransport(`smtp://${peer.address}`);
  });
  afterAll(async () => {
    await transport.close();
    await peer.stop();
  });

  const deliver = (mail: FrozenMail) => {
    const emailId = mail.tags[0]?.value ?? randomUUID();
    return transport.deliver(
      { id: randomUUID(), body: JSON.stringify([mail]), emailIds: [emailId] },
      AbortSignal.timeout(10_000),
    );
  };
  const received = async (mail: FrozenMail) => {
    const before = peer.taken.length;
    const { outcome } = await deliver(mail);
    expect(outcome.kind).toBe('answered');
    expect(peer.taken).toHaveLength(before + 1);
    return parseMail(peer.taken.at(-1)!);
  };
  /** What was rendered arrives, part by part and header by header, and nothing else does. */
  const expectTheSame = async (mail: FrozenMail) => {
    const parsed = await received(mail);
    expect(headerOf(parsed, 'subject') ?? '').toBe(mail.subject);
    expect(parsed.headers.map(([name]) => name).toSorted()).toEqual(headerNames);
    expect(parsed.parts.map(({ type }) => type)).toEqual(['text/plain', 'text/html']);
    expect(parsed.parts.map(({ text }) => lines(text))).toEqual([lines(mail.text), lines(mail.html)]);
    return parsed;
  };

  it('has its two parts, who it is from, where to answer and how to get no more', async () => {
    const mail = rendered();
    const parsed = await expectTheSame(mail);
    const emailId = mail.tags[0]!.value;
    expect(Object.fromEntries(parsed.headers)).toMatchObject({
      from,
      to: 'amara@people.example',
      'reply-to': 'asha@acme.example',
      'message-id': `<${emailId}@acme.example>`,
      'x-entity-ref-id': emailId,
      'list-unsubscribe': `<${bookingLink}/unsubscribe>`,
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
    });
    expect(headerOf(parsed, 'content-type')).toMatch(/^multipart\/alternative;/);
    expect(mail.html).not.toMatch(/<(img|link|script|iframe|object)|url\(/);
    expect([...`${mail.html} ${mail.text}`.matchAll(/https?:[^\s"<]*/g)].map(String)).toEqual([
      bookingLink,
      bookingLink,
    ]);
  });

  it.each([
    ['Arabic, from right to left', 'ليلى الحسن', 'مرحبا ليلى، اختاري موعدا.'],
    ['Hebrew with a number', 'נועה כהן', 'שלום 12 נועה'],
    ['Thai without spaces', 'สมชาย ใจดี', 'สวัสดีครับกรุณาเลือกเวลาสัมภาษณ์'.repeat(100)],
    ['Chinese', '王小明', '请选择面试时间。'.repeat(500)],
    ['emoji of several parts', '👩🏽‍🚀 Zoë', '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(200)],
    ['letters with marks', 'Nguyễn Thị Minh Khai', 'Zażółć gęślą jaźń'],
    ['a very long word', `O'${'a'.repeat(300)}`, 'x'.repeat(5_000)],
    ['a line of 10,000 characters', 'Ann', 'word '.repeat(2_000)],
    ['a line of 10,000 letters with marks', 'Ann', 'ö'.repeat(9_000)],
    ['what looks like SMTP and MIME', '.', '.\n..\n.hidden\n--_NmP\n\nFrom here =3D =?utf-8?q?x?='],
    ['trailing spaces and dashes', 'Ann', 'one  \ntwo\n-- \nthree'],
  ])('holds %s', async (_, name, text) => {
    const parsed = await expectTheSame(
      rendered({ candidate_name: name }, { body: `{{candidate_name}}\n\n${text}\n\n{{booking_link}}` }),
    );
    expect(parsed.parts[0]!.text).toContain(name);
  });

  it('keeps names of senders that hold commas, quotes and other letters together', async () => {
    for (const name of ['Acme, Inc.', '"Acme, Inc."', 'Müller & Söhne', 'A "B" C', '株式会社アクメ']) {
      const parsed = await received({ ...rendered(), from: `${name} <interviews@acme.example>` });
      const value = headerOf(parsed, 'from')!;
      expect(value.replace(/\\(.)/g, '$1').replace(/^"(.*)" </, '$1 <')).toBe(
        `${name.replace(/^"(.*)"$/, '$1')} <interviews@acme.example>`,
      );
      expect(peer.lines.findLast((line) => line.startsWith('MAIL'))).toBe('MAIL FROM:<interviews@acme.example>');
    }
  });

  it('goes to one address, whatever the address looks like', async () => {
    for (const address of [
      'a,b@people.example',
      '"x" <eve@evil.example>',
      'a@b.example, eve@evil.example',
      'a b@c.example',
    ]) {
      const before = peer.lines.length;
      await deliver({ ...rendered(), to: [address] });
      const recipients = peer.lines.slice(before).filter((line) => line.startsWith('RCPT'));
      expect(recipients.length).toBeLessThanOrEqual(1);
      expect(recipients.join()).not.toMatch(/<eve@evil\.example>/);
    }
  });

  it('goes to domains of other letters in their ASCII form', async () => {
    const email = {
      id: randomUUID(),
      kind: 'invitation' as const,
      toAddress: 'amara@münchen.example',
      replyTo: 'asha@bücher.example',
      senderName: null,
      templateValues: null,
    };
    const mail = frozenMail(email, rendered(), from);
    expect([mail.to, mail.reply_to]).toEqual([['amara@xn--mnchen-3ya.example'], 'asha@xn--bcher-kva.example']);
    const parsed = await received(mail);
    expect(peer.lines.findLast((line) => line.startsWith('RCPT'))).toBe('RCPT TO:<amara@xn--mnchen-3ya.example>');
    expect(headerOf(parsed, 'reply-to')).toBe('asha@xn--bcher-kva.example');
  });

  it.each([{ to: ['用户@people.example'] as const }, { reply_to: 'jürgen@acme.example' }])(
    'does not go out alone with letters before the @ that many servers do not take: %j',
    async (odd) => {
      const before = peer.lines.length;
      const { outcome } = await deliver({ ...rendered(), ...odd });
      expect(outcome).toMatchObject({ kind: 'refused', code: 'not_sendable' });
      expect(peer.lines).toHaveLength(before);
      expect((await deliver(rendered())).outcome.kind).toBe('answered');
    },
  );

  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '\r\n',
          '\r',
          '\n',
          '\r\nBcc: eve@evil.example',
          '\nContent-Type: text/html',
          '\0',
          '\u001b[31m',
          '\u0085',
          '\u2028',
          '\u2029',
          '\u202e',
          '=?utf-8?q?=0D=0ABcc:_eve?=',
          '=?utf-8?b?DQo=?=',
          '<eve@evil.example>',
          '",',
          '\ud800',
          'é',
          '😀',
          '.',
          ' ',
          '\t',
          'x'.repeat(80),
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  );

  it('holds whatever a name, a title, a subject and a message are made of, and no header more', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, anyText, anyText, async (name, title, subject, body) => {
        const mail = renderedOrNull(
          { candidate_name: `a${name}`, assessment_title: `b${title}`, org_name: `c${name}` },
          {
            subject: `${subject} {{candidate_name}} {{assessment_title}}`,
            body: `${body.toWellFormed()}\n\n{{candidate_name}} {{booking_link}}`,
          },
        );
        fc.pre(mail !== null);
        expect(mail!.subject).not.toMatch(/\p{Cc}|[\u2028\u2029]/u);
        expect(Object.values(mail!.headers).filter((value) => !/^[\x20-\x7e]+$/.test(value))).toEqual([]);
        await expectTheSame(mail!);
      }),
      { numRuns: 150 },
    );
  });

  it('is the same in the JSON for Resend: UTF-8, and no header more', () => {
    fc.assert(
      fc.property(anyText, anyText, (name, subject) => {
        const mail = renderedOrNull({ candidate_name: `a${name}` }, { subject: `${subject} {{candidate_name}}` });
        fc.pre(mail !== null);
        const bytes = Buffer.from(JSON.stringify([mail]), 'utf8');
        const [arrived] = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as [FrozenMail];
        expect(arrived).toEqual(mail);
        expect(arrived.subject).not.toMatch(/\p{Cc}/u);
        expect(arrived.to).toEqual(['amara@people.example']);
        expect(Object.keys(arrived.headers).toSorted()).toEqual([
          'List-Unsubscribe',
          'List-Unsubscribe-Post',
          'X-Entity-Ref-ID',
        ]);
      }),
    );
  });
});

function rendered(values: MailValues = {}, content: Partial<MailContent> = {}): FrozenMail {
  const mail = renderedOrNull(values, content);
  if (!mail) {
    throw new Error('The template is not accepted');
  }
  return mail;
}

/** As the worker makes it, or null where the template is one that nobody could have saved. */
function renderedOrNull(values: MailValues, content: Partial<MailContent>): FrozenMail | null {
  const parsed = parseMailTemplate({
    subject: 'Meeting - {{assessment_title}}',
    body: 'Hi {{candidate_name}},\n\n[Choose a time]({{booking_link}})\n\n{{org_name}}',
    ...content,
  });
  const all = {
    candidate_name: 'Amara Diallo',
    assessment_title: 'Logic',
    org_name: 'Acme',
    booking_link: bookingLink,
    ...values,
  };
  if (!parsed.ok || missingValues(parsed.template, all).length > 0) {
    return null;
  }
  const email = {
    id: randomUUID(),
    kind: 'invitation' as const,
    toAddress: 'amara@people.example',
    replyTo: 'asha@acme.example',
    senderName: null,
    templateValues: all,
  };
  return frozenMail(email, renderMail(parsed.template, all), from);
}

/** A mail ends its lines its own way, and may end with one more. */
function lines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n+$/, '');
}
