import * as fc from 'fast-check';
import { parseMailTemplate } from './parse-mail-template.js';

const link = '{{booking_link}}';

function messages(body: string, subject = 'Hello'): string[] {
  const parsed = parseMailTemplate({ subject, body });
  return parsed.ok ? [] : parsed.problems.map((problem) => problem.message);
}

describe('parseMailTemplate', () => {
  it('accepts the known names, nested conditions and comments', () => {
    const body = `Hi {{candidate_name}}{{! a note }}\n{{#if meeting_date}}At {{meeting_date}}{{else}}{{#if org_name}}{{org_name}}{{/if}}{{/if}}\n${link}`;
    expect(parseMailTemplate({ subject: 'Meeting - {{assessment_title}}', body }).ok).toBe(true);
  });

  it('names a misspelt name, its line and what was meant', () => {
    const parsed = parseMailTemplate({ subject: 'Hello', body: `Hi\n\nDear {{candidat_name}},\n${link}` });
    expect(parsed).toEqual({
      ok: false,
      problems: [
        {
          field: 'body',
          name: 'candidat_name',
          message: '`{{candidat_name}}` on line 3 is not a name you can use. Did you mean `{{candidate_name}}`?',
        },
      ],
    });
  });

  it('lists the names when nothing is near', () => {
    expect(messages(`{{xyzzy}} ${link}`)).toEqual([
      '`{{xyzzy}}` on line 1 is not a name you can use. Names you can use: `{{candidate_name}}`, `{{booking_link}}`, `{{assessment_title}}`, `{{meeting_date}}`, `{{org_name}}`.',
    ]);
  });

  it.each([
    ['three braces', '{{{candidate_name}}}'],
    ['an ampersand', '{{&candidate_name}}'],
    ['a helper', '{{lookup candidate_name "x"}}'],
    ['a hash', '{{candidate_name a="b"}}'],
    ['a partial', '{{> footer}}'],
    ['a partial block', '{{#> footer}}x{{/footer}}'],
    ['the root', '{{@root}}'],
    ['data', '{{@index}}'],
    ['a path', '{{candidate_name.length}}'],
    ['this', '{{this}}'],
    ['this as a path', '{{this.candidate_name}}'],
    ['a parent', '{{../candidate_name}}'],
    ['a literal', '{{"candidate_name"}}'],
    ['a number', '{{1}}'],
    ['true', '{{true}}'],
    ['a decorator', '{{* x}}'],
    ['a raw block', '{{{{if candidate_name}}}}x{{{{/if}}}}'],
    ['each', '{{#each candidate_name}}x{{/each}}'],
    ['unless', '{{#unless candidate_name}}x{{/unless}}'],
    ['an inverse block', '{{^candidate_name}}x{{/candidate_name}}'],
    ['a block of a name', '{{#candidate_name}}x{{/candidate_name}}'],
    ['two conditions', '{{#if candidate_name org_name}}x{{/if}}'],
    ['no condition', '{{#if}}x{{/if}}'],
    ['a condition on a literal', '{{#if true}}x{{/if}}'],
    ['a condition on a helper', '{{#if (eq candidate_name "x")}}x{{/if}}'],
    ['a condition with a hash', '{{#if candidate_name includeZero=true}}x{{/if}}'],
    ['block parameters', '{{#if candidate_name as |x|}}x{{/if}}'],
    ['the prototype', '{{constructor}}'],
    ['an unclosed tag', '{{candidate_name'],
    ['an unclosed block', '{{#if candidate_name}}x'],
    ['a wrong end', '{{#if candidate_name}}x{{/each}}'],
    ['an escaped tag', '\\{{candidate_name}}'],
    ['a single brace', 'Hi {candidate_name}'],
  ])('refuses %s', (_, source) => {
    expect(messages(`${source} ${link}`)).toEqual([expect.stringMatching(/line 1|braces/)]);
  });

  it('says where the braces break', () => {
    expect(messages(`one\ntwo {{#if candidate_name}}\n${link}`)[0]).toMatch(/on line 3/);
    expect(messages(`one\n{{#if candidate_name}}x{{/each}}`)).toEqual([
      '`{{/each}}` on line 2 closes a block that begins with `{{#if}}`.',
    ]);
  });

  it('needs the booking link, whatever the conditions decide', () => {
    expect(messages('Hello')).toEqual(['The message must hold `{{booking_link}}`.']);
    expect(messages(`{{#if meeting_date}}${link}{{/if}}`)).toEqual([
      'The message must hold `{{booking_link}}` whatever its `{{#if}}`s decide.',
    ]);
    expect(messages(`{{#if booking_link}}${link}{{/if}}`)).toEqual([]);
    expect(messages(`{{#if meeting_date}}a {{booking_link}}{{else}}[b]({{booking_link}}){{/if}}`)).toEqual([]);
    expect(messages('Hello {{! {{booking_link}} }}')).toHaveLength(1);
    expect(parseMailTemplate({ subject: 'Reminder', body: 'Hello' }, []).ok).toBe(true);
  });

  it('accepts only web and mail addresses as links, and only the booking link from a value', () => {
    expect(messages(`[a](https://a.example) [b](mailto:b@b.example) <https://c.example> ${link}`)).toEqual([]);
    expect(messages(`[a](/relative) ${link}`)).toEqual([
      'The address of a link must begin with https://, http:// or mailto:, unlike `/relative`.',
    ]);
    expect(messages(`[a](ftp://a.example) ${link}`)).toHaveLength(1);
    expect(messages(`[a](https://a.example?name={{candidate_name}}) ${link}`)).toEqual([
      'Only `{{booking_link}}` can be the address of a link, and alone: `https://a.example?name={{candidate_name}}`.',
    ]);
    expect(messages(`https://{{candidate_name}} ${link}`)).toHaveLength(1);
    expect(messages(`[a]({{candidate_name}}) ${link}`)).toHaveLength(1);
    expect(messages(`[a]({{booking_link}}?x=1)`)).toHaveLength(1);
    expect(messages(`![a](https://a.example/pixel.png) ${link}`)).toEqual([expect.stringMatching(/^Pictures/)]);
  });

  it('quotes no more of an address than a sentence can bear, and no more addresses than one can mend', () => {
    const [message] = messages(`[a](ftp://a.example/${'b'.repeat(1_000)}) ${link}`);
    expect(message!.length).toBeLessThan(250);
    const many = Array.from({ length: 300 }, (_, number) => `[a](ftp://${number})`).join(' ');
    expect(messages(`${many} ${link}`)).toHaveLength(20);
  });

  it('limits subject and message', () => {
    expect(messages(link, 'a\nb')).toEqual(['The subject must be one line.']);
    expect(messages(link, 'a'.repeat(201))).toEqual(['The subject must have at most 200 characters.']);
    expect(messages(`${'a'.repeat(20_001)}`)).toEqual(['The message must have at most 20 KB.']);
    expect(messages('  ', ' ')).toEqual(['Write a subject.', 'Write a message.']);
  });

  it('limits what would hold up everybody else', () => {
    const most = '{{org_name}}'.repeat(199);
    expect(messages(`${most}${link}`)).toEqual([]);
    expect(messages(`${most}{{org_name}}${link}`)).toEqual(['The message must have at most 200 names and `{{#if}}`s.']);
    const tooMuch = [
      'The message is too long for its many lines or `{{#if}}`s: shorten it, or let fewer names decide.',
    ];
    expect(messages(`${'a\n'.repeat(1_000)}${link}`)).toEqual([]);
    expect(messages(`${'a\n'.repeat(2_500)}${link}`)).toEqual(tooMuch);
    const decisions = '{{#if org_name}}a{{/if}}{{#if meeting_date}}b{{/if}}{{#if candidate_name}}c{{/if}}';
    expect(messages(`${decisions}${'word '.repeat(600)}${link}`)).toEqual([]);
    expect(messages(`${decisions}${'word '.repeat(2_000)}${link}`)).toEqual(tooMuch);
  });

  it('never throws, whatever is typed', () => {
    const braces = fc.array(
      fc.constantFrom('{{', '}}', '{{#if ', '{{/if}}', '{{else}}', '{', '\\', 'candidate_name', '>', '@', '\n', ' '),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          braces.map((parts) => parts.join('')),
          fc.string({ unit: 'grapheme' }),
        ),
        (body) => {
          const parsed = parseMailTemplate({ subject: body.replace(/\s/g, ' '), body });
          expect(parsed.ok || parsed.problems.length > 0).toBe(true);
        },
      ),
    );
  });
});
