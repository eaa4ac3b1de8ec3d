import type { EmailTemplate } from '../../email/email-template.entity.js';
import type { NamedTemplate } from '../../email/template-library.service.js';
import { formErrors, type FieldError, type FormErrors } from '../../web/forms.js';
import type { CapacityView } from '../free-times/capacity.view.js';
import type { Link, Pill, Prompt } from '../page-parts.view.js';
import { counted, plural } from '../plural.js';
import type { MessageView } from './email.view.js';
import type { Send } from './send.entity.js';
import type { SendEmail } from './sends.service.js';
import { skipReasons } from './skip-reasons.js';
import { skippedRow, type SkippedRow } from './skipped-row.view.js';

/** `views/pages/scheduling/sends/draft.hbs`: who will get what, before anything leaves. */
export interface DraftView extends Record<string, unknown> {
  readonly title: string;
  readonly id: string;
  readonly back: Link;
  readonly revision: number;
  readonly canAct: boolean;
  /** False while the message has faults or nobody is left. */
  readonly canSend: boolean;
  readonly prompt: Prompt | null;
  readonly errors: FormErrors;
  /** `11 will be sent, 1 skipped`. */
  readonly result: string;
  readonly eventType: string;
  /** Null where nobody could choose a time. */
  readonly capacity: CapacityView | null;
  readonly recipientsLabel: string;
  /** Their names in one line; '' for nobody. */
  readonly recipients: string;
  /** Each reason with how many are skipped for it; empty where there is one reason alone. */
  readonly reasons: readonly Pill[];
  readonly skipped: readonly SkippedRow[];
  /** The rest of the skipped, or null. */
  readonly skippedMore: Link | null;
  readonly includeRecentLabel: string;
  /** `Template: Invitation, version 3`. */
  readonly template: string;
  /** Empty where there is nothing to choose. */
  readonly templates: readonly { readonly name: string; readonly title: string; readonly selected: boolean }[];
  readonly form: { readonly subject: string; readonly message: string };
  readonly names: readonly string[];
  readonly preview: {
    readonly heading: string;
    readonly sub: string;
    readonly previous: string | null;
    readonly next: string | null;
    readonly message: MessageView;
  } | null;
  readonly barText: string;
  readonly sendLabel: string;
}

export interface DraftInput {
  readonly send: Send;
  readonly counts: Readonly<Partial<Record<string, number>>>;
  readonly eventType: string;
  readonly capacity: CapacityView | null;
  /** The version that the message began as. */
  readonly template: EmailTemplate | null;
  /** Those a send can start from. */
  readonly templates: readonly NamedTemplate[];
  readonly names: readonly string[];
  readonly recipients: readonly SendEmail[];
  readonly skipped: SkippedPart;
  readonly skippedCounts: ReadonlyMap<string, number>;
  readonly undoSeconds: number;
  readonly canAct: boolean;
  readonly canLift: boolean;
  readonly number: number;
  readonly shown: { readonly email: SendEmail; readonly message: MessageView } | null;
  readonly typed: { readonly subject: string; readonly message: string } | null;
  readonly errors: readonly FieldError[];
  readonly prompt: Prompt | null;
}

/** Some of those who are skipped. */
export interface SkippedPart {
  readonly rows: readonly SendEmail[];
  /** The one reason that is looked at, or null. */
  readonly reason: string | null;
  /** More follow. */
  readonly more: boolean;
}

/** A fault elsewhere on the page, such as a box that was not ticked, changes nothing about what would be sent. */
const blockingFields = ['subject', 'message', 'revision'];

export function draftView(input: DraftInput): DraftView {
  const { send, counts, errors, canAct, recipients, skippedCounts } = input;
  const going = counts['draft'] ?? 0;
  const staying = counts['skipped'] ?? 0;
  const recent = skippedCounts.get('recent') ?? 0;
  const canSend = going > 0 && !isBlocked(errors);
  return {
    title: 'Preview',
    id: send.id,
    back: { href: '/app/scheduling', label: 'Scheduling' },
    revision: send.revision,
    canAct,
    canSend,
    prompt: input.prompt,
    errors: formErrors([...blockingFields, 'template'], errors),
    result: staying > 0 ? `${going} will be sent, ${staying} skipped` : `${going} will be sent`,
    eventType: input.eventType,
    capacity: input.capacity,
    recipientsLabel: going === 1 ? 'Show the recipient' : `Show the ${going} recipients`,
    recipients: recipientsInWords(recipients, going),
    reasons: reasons(input, staying),
    skipped: input.skipped.rows.map((email) => skippedRow(email, input)),
    skippedMore: skippedMore(input),
    includeRecentLabel: recent > 0 ? `Include the ${recent} mailed recently` : '',
    template: templateInWords(input),
    templates: templateChoices(input),
    form: input.typed ?? { subject: send.subject, message: send.body },
    names: input.names.map((name) => `{{${name}}}`),
    preview: input.shown && previewOf(input, input.shown, going),
    barText: barText(input, going),
    sendLabel: `Send ${plural(going, 'email')}`,
  };
}

function skippedHref({ send }: DraftInput, reason: string | null, after = 0): string {
  const query = new URLSearchParams({ ...(reason && { skipped: reason }), ...(after && { after: String(after) }) });
  return `/app/sends/${send.id}${query.size > 0 ? `?${query}` : ''}#result`;
}

function reasons(input: DraftInput, staying: number): Pill[] {
  const { skippedCounts, skipped } = input;
  if (skippedCounts.size < 2) {
    return [];
  }
  const all = {
    href: skippedHref(input, null),
    label: 'All skipped',
    count: counted(staying),
    current: !skipped.reason,
  };
  const each = [...skippedCounts].map(([code, count]) => ({
    href: skippedHref(input, code),
    label: skipReasons[code]?.label ?? 'Skipped',
    count: counted(count),
    current: code === skipped.reason,
  }));
  return [all, ...each].map((pill) => ({ ...pill, icon: '' }));
}

function skippedMore(input: DraftInput): Link | null {
  const { rows, reason, more } = input.skipped;
  const last = rows.at(-1);
  return more && last ? { href: skippedHref(input, reason, last.position), label: 'Show those that follow' } : null;
}

function templateInWords({ template, templates }: DraftInput): string {
  const title = templates.find(({ name }) => name === template?.name)?.title;
  return template?.version && title ? `Template: ${title}, version ${template.version}` : '';
}

function templateChoices({ template, templates, canAct }: DraftInput): DraftView['templates'] {
  return canAct && templates.length > 1
    ? templates.map(({ name, title }) => ({ name, title, selected: name === template?.name }))
    : [];
}

function isBlocked(errors: readonly FieldError[]): boolean {
  return errors.some(({ field }) => blockingFields.includes(field));
}

function recipientsInWords(recipients: readonly SendEmail[], going: number): string {
  const names = recipients.map((email) => email.toName).join(', ');
  return going > recipients.length ? `${names} and ${going - recipients.length} more` : names;
}

function previewOf(
  { send, number }: DraftInput,
  shown: { email: SendEmail; message: MessageView },
  going: number,
): DraftView['preview'] {
  const to = (other: number) => `/app/sends/${send.id}?email=${other}`;
  return {
    heading: `As ${shown.email.toName} gets it`,
    sub: `Mail ${number} of ${going}`,
    previous: number > 1 ? to(number - 1) : null,
    next: number < going ? to(number + 1) : null,
    message: shown.message,
  };
}

function barText({ errors, undoSeconds }: DraftInput, going: number): string {
  if (isBlocked(errors)) {
    return 'Mend the message first: the preview shows the last version without faults.';
  }
  if (going === 0) {
    return 'Nobody is left to send to.';
  }
  return undoSeconds > 0
    ? `After you press Send, you have ${undoSeconds} seconds to undo. Nothing leaves before that.`
    : 'The mails leave as soon as you press Send.';
}
