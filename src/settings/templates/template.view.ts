import type { NamedTemplate } from '../../email/template-library.service.js';
import type { TemplateVersion } from '../../email/template-versions.service.js';
import { mailNames, type MailName } from '../../templating/mail/mail-names.js';
import { formErrors, type FieldError } from '../../web/forms.js';
import type { PreviewPerson, Suggestion, TemplatePreview } from './template-preview.service.js';
import { templateFields } from './template.form.js';
import { savedInWords, templatePath, templatesPath } from './templates.view.js';
import type { TypedTemplate } from './typed-template.js';

export interface TemplateInput {
  readonly template: NamedTemplate;
  readonly newest: TemplateVersion;
  /** What stands in the fields. */
  readonly content: TypedTemplate;
  readonly errors: readonly FieldError[];
  readonly candidate: string;
  readonly suggestions: readonly Suggestion[];
  readonly preview: PreviewView | null;
  readonly versions: readonly TemplateVersion[];
  readonly timeZone: string;
}

/** `views/partials/settings/template-preview.hbs`. */
export interface PreviewView {
  readonly heading: string;
  /** `Version 3`. */
  readonly what: string;
  readonly note: string;
  readonly warning: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly bodyHref: string;
}

const shownVersions = 5;

const meanings: Readonly<Record<MailName, string>> = {
  candidate_name: 'the candidate’s name',
  booking_link: 'their personal link',
  assessment_title: 'the title of the assessment',
  meeting_date: 'when the interview is',
  org_name: 'the name of your organization',
};

/** `views/pages/settings/templates/template.hbs`. */
export function templateView(input: TemplateInput) {
  const { template, newest, content, errors, versions } = input;
  const path = templatePath(template.name);
  const isUnsaved = content.subject !== newest.subject || content.body !== newest.body;
  return {
    title: template.title,
    occasion: template.occasion,
    back: { href: templatesPath, label: 'Templates' },
    path,
    revision: content.revision,
    state: isUnsaved ? `Not saved. In force: version ${newest.version}` : `Version ${newest.version}`,
    form: { subject: content.subject, message: content.body },
    chips: mailNames.map((name) => ({ tag: `{{${name}}}`, meaning: meanings[name] })),
    conditionHint: conditionHint(template),
    errors: formErrors(templateFields, errors),
    candidate: input.candidate,
    suggestions: input.suggestions,
    preview: input.preview,
    versions: versions.slice(0, shownVersions).map((version) => versionRow(version, input)),
    allVersions: newest.version > shownVersions ? { href: `${path}/versions`, label: `All ${newest.version}` } : null,
    isOriginal:
      template.original !== null &&
      newest.subject === template.original.subject &&
      newest.body === template.original.body,
    canReset: template.original !== null,
    isArchived: template.archivedAt !== null,
  };
}

export function versionRow(
  version: TemplateVersion,
  { template, newest, timeZone }: Pick<TemplateInput, 'template' | 'newest' | 'timeZone'>,
) {
  return {
    label: `Version ${version.version}`,
    href: `${templatePath(template.name)}/versions/${version.version}`,
    saved: savedInWords(version, template, timeZone),
    isInForce: version.version === newest.version,
  };
}

export function previewView(
  { mail, sampled, unsupplied }: TemplatePreview,
  person: PreviewPerson,
  { what, from, bodyHref }: Pick<PreviewView, 'what' | 'from' | 'bodyHref'>,
): PreviewView {
  const { invitationId, name, email } = person;
  return {
    heading: invitationId ? `As ${name} gets it` : 'With sample values',
    what,
    note: invitationId
      ? samplesInWords(sampled)
      : 'There are no candidates yet. With the first of them, this becomes the mail of a real person.',
    warning:
      unsupplied.length > 0
        ? `${tags(unsupplied)} never has a value in this mail: candidates would be skipped. Put it between {{#if ${unsupplied[0]}}} and {{/if}}, or take it out.`
        : '',
    from,
    to: `${name} <${email}>`,
    subject: mail.subject,
    text: mail.text,
    bodyHref,
  };
}

function samplesInWords(sampled: readonly MailName[]): string {
  return sampled.length > 0 ? `A sample stands for ${tags(sampled)}: this candidate has none yet.` : '';
}

function conditionHint({ names }: NamedTemplate): string {
  return names.includes('meeting_date')
    ? 'What stands between {{#if meeting_date}} and {{/if}} is left out where there is no date; {{else}} is allowed.'
    : '{{meeting_date}} has no value before a time is booked: it must stand between {{#if meeting_date}} and {{/if}}; {{else}} is allowed.';
}

function tags(names: readonly MailName[]): string {
  return names.map((name) => `{{${name}}}`).join(' and ');
}
