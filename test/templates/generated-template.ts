import * as fc from 'fast-check';
import type { MailContent } from '../../src/templating/mail/parse-mail-template.js';

const names = ['candidate_name', 'booking_link', 'assessment_title', 'meeting_date', 'org_name'];
const values = names.map((name) => `{{${name}}}`);
const conditions = names.flatMap((name) => [`{{#if ${name}}}`, `{{#if ${name}}}x{{else}}y{{/if}}`]);

/** What reaches, in one template language or another, for more than the five values. */
const greedy = [
  '{{{candidate_name}}}',
  '{{&candidate_name}}',
  '{{> footer}}',
  '{{#> layout}}x{{/layout}}',
  '{{* decorator}}',
  '{{@root}}',
  '{{@root.secret}}',
  '{{@index}}',
  '{{this}}',
  '{{.}}',
  '{{../secret}}',
  '{{secret}}',
  '{{constructor}}',
  '{{__proto__}}',
  '{{candidate_name.constructor}}',
  '{{candidate_name.length}}',
  '{{[constructor]}}',
  '{{"constructor"}}',
  '{{lookup this "secret"}}',
  '{{lookup candidate_name "constructor"}}',
  '{{log candidate_name}}',
  '{{helperMissing}}',
  '{{#with this}}{{secret}}{{/with}}',
  '{{#each this}}{{this}}{{/each}}',
  '{{#if constructor}}x{{/if}}',
  '{{#if (lookup this "secret")}}x{{/if}}',
  '{{#if candidate_name includeZero=true}}x{{/if}}',
  '{{#unless secret}}x{{/unless}}',
  '{{{{raw}}}}{{secret}}{{{{/raw}}}}',
  '\\{{secret}}',
  '{%- include x -%}',
  '${process.env.SECRET}',
  '<%= process.env.SECRET %>',
  '&#123;&#123;secret}}',
  '&#113;zxv9z',
];

const markdown = [
  '[',
  '](',
  ')',
  '![',
  '[a](',
  '[a]({{booking_link}})',
  '[a](https://{{candidate_name}})',
  '[a](javascript:alert(1))',
  '[a]: https://a.example "t"\n',
  '<https://a.example>',
  '<script>alert(1)</script>',
  '<!--',
  'https://a.example/?b=c',
  'mailto:a@b.example',
  '*',
  '**',
  '_',
  '`',
  '```\n',
  '~~~',
  '> ',
  '- ',
  '1) ',
  '# ',
  '---\n',
  '=\n',
  '\n',
  '\n\n',
  '  \n',
  '\\',
  '&amp;',
  '&#x202e;',
  '|',
  '\t',
];

const braces = [
  '{',
  '}',
  '{{',
  '}}',
  '{{#if ',
  '{{/if}}',
  '{{else}}',
  '{{!',
  '{{!--',
  '--}}',
  '{{~',
  '~}}',
  '{{"',
  '{{[',
];
const words = ['Hello ', 'qzxv0z', 'é', '👍', '\u202e', '\u0000', '\r\n', ' '];

const fragment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...values) },
  { weight: 2, arbitrary: fc.constantFrom(...conditions) },
  { weight: 2, arbitrary: fc.constantFrom(...markdown) },
  { weight: 2, arbitrary: fc.constantFrom(...words) },
  { weight: 1, arbitrary: fc.constantFrom(...braces) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
);
const harmless = fc.oneof(
  fc.constantFrom(...values),
  fc.constantFrom(...conditions.filter((condition) => condition.endsWith('{{/if}}'))),
  fc.constantFrom(...markdown),
  fc.constantFrom('Hello ', 'world. '),
);

const mixed = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(''));
/** Mostly accepted, so that it is rendered too. */
const likely = fc.array(harmless, { maxLength: 40 }).map((parts) => `${parts.join('')}\n\n{{booking_link}}`);
const attacking = fc
  .tuple(mixed, fc.constantFrom(...greedy), mixed)
  .map(([before, attack, after]) => `${before}${attack}${after}`);
/** A few parts again and again, up to more than a message may have: what makes a slow reader slow. */
const monotonous = fc
  .tuple(
    fc.subarray(conditions.filter((condition) => condition.endsWith('{{/if}}'))),
    fc.array(
      fc.oneof(
        fc.constantFrom(...markdown),
        fc.constantFrom(...braces),
        fc.constantFrom(...values),
        fc.string({ maxLength: 3 }),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    fc.integer({ min: 100, max: 22_000 }),
  )
  .map(([decisions, parts, length]) => {
    const unit = parts.join('') || ' ';
    return `${decisions.join('')}${unit.repeat(Math.ceil(length / unit.length)).slice(0, length)}\n\n{{booking_link}}`;
  });

/** Anything an admin, or somebody at an admin's browser, might save. */
export const generatedTemplate: fc.Arbitrary<MailContent> = fc.record({
  subject: fc.oneof(
    fc.constantFrom('Hello', 'For {{candidate_name}}', 'a\nb', '{{#if meeting_date}}{{meeting_date}}{{/if}} x'),
    fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join('')),
  ),
  body: fc.oneof(
    { weight: 8, arbitrary: mixed },
    { weight: 8, arbitrary: likely },
    { weight: 3, arbitrary: attacking },
    { weight: 1, arbitrary: monotonous },
  ),
});
