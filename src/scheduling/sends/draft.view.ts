import type { EmailTemplate } from '../../email/email-template.entity.js';
import type { NamedTemplate } from '../../email/template-library.service.js';
import { formErrors, type FieldError, type FormErrors } from '../../web/forms.js';
import type { CapacityView } from '../free-times/capacity.view.js';
import type { Link, Prompt } from '../page-parts.view.js';
import { plural } from '../plural.js';
import type { MessageView } from './email.view.js';
import type { Send } from './send.entity.js';
import type { SendEmail } from './sends.service.js';
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
  readonly skipped: readonly SkippedRow[];
  readonly skippedMore: string;
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
  readonly skipped: readonly SendEmail[];
  readonly recentCount: number;
  readonly undoSeconds: number;
  readonly canAct: boolean;
  readonly canLift: boolean;
  readonly number: number;
  readonly shown: { readonly email: SendEmail; readonly message: MessageView } | null;
  readonly typed: { readonly subject: string; readonly message: string } | null;
  readonly errors: readonly FieldError[];
  readonly prompt: Prompt | null;
}

/** A fault elsewhere on the page, such as a box that was not ticked, changes nothing about what would be sent. */
const blockingFields = ['subject', 'message', 'revision'];

export function draftView(input: DraftInput): DraftView {
  const { send, counts, errors, canAct, skipped, recipients } = input;
  const going = counts['draft'] ?? 0;
  const staying = counts['skipped'] ?? 0;
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
    skipped: skipped.map((email) => skippedRow(email, input)),
    skippedMore: staying > skipped.length ? `And ${staying - skipped.length} more.` : '',
    includeRecentLabel: input.recentCount > 0 ? `Include the ${input.recentCount} mailed recently` : '',
    template: templateInWords(input),
    templates: templateChoices(input),
    form: input.typed ?? { subject: send.subject, message: send.body },
    names: input.names.map((name) => `{{${name}}}`),
    preview: input.shown && previewOf(input, input.shown, going),
    barText: barText(input, going),
    sendLabel: `Send ${plural(going, 'email')}`,
  };
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
