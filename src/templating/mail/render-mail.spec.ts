import { load } from 'cheerio';
import * as fc from 'fast-check';
import type { MailValues } from './mail-names.js';
import type { MailTemplate } from './mail-template.js';
import { parseMailTemplate } from './parse-mail-template.js';
import { missingValues, renderMail } from './render-mail.js';

const bookingLink = 'https://interviews.example/i/abc_DEF-123';

function template(body: string, subject = 'Meeting - {{assessment_title}}'): MailTemplate {
  const parsed = parseMailTemplate({ subject, body }, []);
  if (!parsed.ok) {
    throw new Error(parsed.problems.map((problem) => problem.message).join(' '));
  }
  return parsed.template;
}

function values(more: MailValues = {}): MailValues {
  return { candidate_name: 'Asha', booking_link: bookingLink, assessment_title: 'Logic', org_name: 'Acme', ...more };
}

describe('renderMail', () => {
  it('makes HTML and text of the same Markdown', () => {
    const body = [
      'Hi **{{candidate_name}}**,',
      'thanks!',
      '',
      '[Choose a time]({{booking_link}})',
      '',
      'Or copy {{booking_link}}.',
      '',
      '1. one',
      '2. two',
      '   - inner',
      '',
      '> quoted',
    ].join('\n');
    const mail = renderMail(template(body), values());
    expect(mail.text).toBe(
      [
        'Hi Asha,',
        'thanks!',
        '',
        `Choose a time: ${bookingLink}`,
        '',
        `Or copy ${bookingLink}.`,
        '',
        '1. one',
        '2. two',
        '   - inner',
        '',
        '> quoted',
        '',
      ].join('\n'),
    );
    const page = load(mail.html);
    expect(page('html').attr('lang')).toBe('en');
    expect(page('strong').text()).toBe('Asha');
    const links = page('a').toArray();
    expect(links.map((a) => page(a).attr('href'))).toEqual([bookingLink, bookingLink]);
    expect(links.map((a) => page(a).text())).toEqual(['Choose a time', bookingLink]);
    expect(page(links[0]).attr('style')).toContain('inline-block');
    expect(page(links[1]).attr('style')).not.toContain('inline-block');
    expect(page('ol > li')).toHaveLength(2);
  });

  it('keeps a name a name: plain in subject and text, escaped in HTML', () => {
    const name = `O'Connor <b>[x](http://evil.example)</b> *y* {{org_name}} &amp; # 1.`;
    const mail = renderMail(template('{{candidate_name}}', 'For {{candidate_name}}'), values({ candidate_name: name }));
    expect(mail.subject).toBe(`For ${name}`);
    expect(mail.text).toBe(`${name}\n`);
    const page = load(mail.html);
    expect(page('p').text()).toBe(name);
    expect(page('a, b, em')).toHaveLength(0);
  });

  it('takes control characters, line breaks and direction overrides out of values', () => {
    const mail = renderMail(
      template('{{candidate_name}}', 'To {{candidate_name}}'),
      values({ candidate_name: 'A\r\nBcc: x\0\u202Ey\u2028' }),
    );
    expect(mail.subject).toBe('To A Bcc: x y');
    expect(mail.text).toBe('A Bcc: x y\n');
  });

  it('has no subject that a mailbox would decode into another', () => {
    const mail = renderMail(
      template('{{candidate_name}}', 'To {{candidate_name}}'),
      values({ candidate_name: '=?utf-8?b?DQo=?=' }),
    );
    expect(mail.subject).toBe('To = ?utf-8?b?DQo= ?=');
    expect(mail.text).toBe('=?utf-8?b?DQo=?=\n');
  });

  it('shows raw HTML of the author as text', () => {
    const page = load(renderMail(template('<script>alert(1)</script> <b>x</b> [x](javascript:alert)'), values()).html);
    expect(page('script, b, a')).toHaveLength(0);
    expect(page('p').text()).toContain('<script>alert(1)</script>');
  });

  it('decides conditions by the presence of a value', () => {
    const conditional = template('{{#if meeting_date}}\nOn {{meeting_date}}\n{{else}}\nSoon\n{{/if}}');
    expect(renderMail(conditional, values({ meeting_date: 'Monday' })).text).toBe('On Monday\n');
    expect(renderMail(conditional, values({ meeting_date: ' ' })).text).toBe('Soon\n');
    expect(renderMail(conditional, values()).text).toBe('Soon\n');
  });

  it('is not fooled by text or values that look like its own stand-ins', () => {
    const odd = 'qzxv0z qzxxv0z QZXV1Z';
    const mail = renderMail(template(`${odd} {{candidate_name}}`), values({ candidate_name: odd }));
    expect(mail.text).toBe(`${odd} ${odd}\n`);
  });

  it('takes no letters written as entities for its own stand-ins', () => {
    const mail = renderMail(template('&#113;zxv0z &#113;zxv9z &#123;&#123;org_name}}'), values());
    expect(mail.text).toBe('qzxv0z qzxv9z {{org_name}}\n');
  });

  it('fetches nothing from anywhere', () => {
    const { html } = renderMail(template('Hi {{candidate_name}} {{booking_link}}'), values());
    expect(html.match(/https?:[^"<]*/g)).toEqual([bookingLink, bookingLink]);
    expect(load(html)('img, link, script, style, iframe')).toHaveLength(0);
  });
});

describe('missingValues', () => {
  it('names what this recipient lacks, outside of branches not taken', () => {
    const mail = template(
      '{{candidate_name}} {{#if meeting_date}}{{org_name}}{{else}}{{assessment_title}}{{/if}}',
      'Hi',
    );
    expect(missingValues(mail, { candidate_name: ' ', org_name: null })).toEqual([
      'candidate_name',
      'assessment_title',
    ]);
    expect(missingValues(mail, { candidate_name: 'A', meeting_date: 'x', org_name: 'B' })).toEqual([]);
  });

  it.each(['javascript:alert(1)', 'http://', 'https://x y', '//x', 'https://x"onclick'])(
    'counts the link %s as missing',
    (link) => {
      expect(missingValues(template('{{booking_link}}'), values({ booking_link: link }))).toEqual(['booking_link']);
    },
  );

  it('refuses to render a mail with a hole', () => {
    expect(() => renderMail(template('{{meeting_date}}'), values())).toThrow('meeting_date');
  });
});

describe('values', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '[x](http://e.example)',
          '<http://e.example>',
          '<a href=',
          '"',
          "'",
          '](',
          '{{',
          '}}',
          '\r\n',
          '# ',
          '- ',
          '```',
          '&lt;',
          '![',
          '\\',
          'qzxv1z',
          '*',
          '_',
        ),
      )
      .map((parts) => parts.join('')),
  );
  const body =
    '# {{candidate_name}}\n\n{{candidate_name}} *{{org_name}}* `{{org_name}}`\n- {{candidate_name}}\n\n[{{candidate_name}}](https://a.example) {{booking_link}}\n\n{{assessment_title}}:\n{{candidate_name}}';
  const shape = tags(renderMail(template(body), values()).html);

  it('never add a tag, an attribute, a link or a header line', () => {
    const mails = template(body, '{{candidate_name}} {{assessment_title}}');
    fc.assert(
      fc.property(hostile, hostile, hostile, (name, org, title) => {
        const all = values({ candidate_name: `a${name}`, org_name: `b${org}`, assessment_title: `c${title}` });
        const mail = renderMail(mails, all);
        expect(tags(mail.html)).toEqual(shape);
        expect(mail.subject).not.toMatch(/\p{Cc}/u);
        expect(mail.text.split('\n')).toHaveLength(11);
      }),
    );
  });
});

function tags(html: string): string[] {
  const page = load(html);
  return page('*')
    .toArray()
    .map((element) => `${page(element).prop('tagName')} ${JSON.stringify(page(element).attr())}`);
}
