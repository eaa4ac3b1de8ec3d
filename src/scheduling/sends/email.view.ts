import type { EmailDetails } from '../../email/email.service.js';
import { secondAttempt, type SecondAttempt } from '../../email/second-attempt.js';
import { clockTime, shortTime, zoneInWords } from '../../shared/zoned-time.js';
import type { RenderedMail } from '../../templating/mail/render-mail.js';
import { formErrors, type FieldError, type FormErrors } from '../../web/forms.js';
import type { Badge, Link } from '../page-parts.view.js';
import { emailInWords } from './email-in-words.js';
import { emailBadges, eventBadges } from './send-badges.js';

/** `views/partials/message.hbs`: a mail as its candidate gets it; the HTML part is framed from `bodyHref`. */
export interface MessageView {
  readonly from: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly text: string;
  readonly isText: boolean;
  readonly htmlHref: string;
  readonly textHref: string;
  readonly bodyHref: string;
}

/** `views/pages/scheduling/emails/show.hbs`: one mail and all that happened to it. */
export interface EmailView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly id: string;
  readonly badge: Badge;
  /** What its state means, in words. */
  readonly what: string;
  readonly canRetry: boolean;
  /** Null where that is not possible, or not needed. */
  readonly sendAgain: SendAgainView | null;
  readonly errors: FormErrors;
  readonly events: readonly {
    readonly at: string;
    readonly badge: Badge;
    readonly detail: string;
  }[];
  /** Null while there is nothing to read. */
  readonly message: MessageView | null;
}

/** The warning before a mail is sent again that may have gone out. */
export interface SendAgainView {
  readonly warning: string;
  readonly label: string;
}

export interface Envelope {
  readonly from: string;
  readonly toName: string;
  readonly toAddress: string;
  readonly replyTo: string | null;
}

/** `href` is the page's own address; `?part=text` shows the text part. */
export function messageView(
  id: string,
  envelope: Envelope,
  mail: RenderedMail,
  { href, isText }: { href: string; isText: boolean },
): MessageView {
  return {
    from: envelope.from,
    to: `${envelope.toName} <${envelope.toAddress}>`,
    replyTo: envelope.replyTo,
    subject: mail.subject,
    text: mail.text,
    isText,
    htmlHref: href,
    textHref: `${href}${href.includes('?') ? '&' : '?'}part=text`,
    bodyHref: `/app/emails/${id}/body`,
  };
}

const kinds = { invitation: 'Mail', test: 'Test mail', confirmation: 'Confirmation' } as const;

/** The page that a mail belongs to. */
export function placeOf({ sendId, bookingId }: EmailDetails['email']): Link {
  return bookingId
    ? { href: `/app/bookings/${bookingId}`, label: 'Booking' }
    : { href: `/app/sends/${sendId}`, label: 'Send' };
}

/** What may be done about it now. */
export function attemptFor({ email, events }: EmailDetails): SecondAttempt {
  const { state, reasonCode } = email;
  return secondAttempt({ state, reasonCode, sentAgain: events.some(({ type }) => type === 'sent_again') });
}

export interface EmailInput {
  readonly isText: boolean;
  readonly canAct: boolean;
  readonly errors: readonly FieldError[];
  readonly timeZone: string;
  readonly now: Date;
}

export function emailView(details: EmailDetails, { isText, canAct, errors, timeZone, now }: EmailInput): EmailView {
  const { email, events, mail } = details;
  const attempt = canAct ? attemptFor(details) : null;
  return {
    title: `${kinds[email.kind]} to ${email.toName}`,
    sub: `Times are in ${zoneInWords(timeZone, now)}`,
    back: placeOf(email),
    id: email.id,
    badge: emailBadges[email.state]!,
    what: emailInWords(email),
    canRetry: attempt === 'retry',
    sendAgain: attempt === 'send_again' ? sendAgainView(email) : null,
    errors: formErrors(['may_arrive_twice'], errors),
    events: events.toReversed().map((event) => ({
      at: `${shortTime(event.at, timeZone, now)}:${clockTime(event.at, timeZone).slice(-2)}`,
      badge: eventBadges[event.type] ??
        emailBadges[event.type] ?? { tone: 'neutral', icon: 'circle-dot', word: capitalised(event.type) },
      detail: event.detail ?? '',
    })),
    message:
      mail && messageView(email.id, { ...email, from: mail.from }, mail, { href: `/app/emails/${email.id}`, isText }),
  };
}

function sendAgainView({ state, toName }: EmailDetails['email']): SendAgainView {
  const doubt =
    state === 'unknown'
      ? 'Nobody can tell whether this mail went out.'
      : 'This attempt is known to have ended, but an earlier one may have gone out.';
  return {
    warning: `${doubt} If it did, ${toName} gets it a second time. Ask them first if you can.`,
    label: `It is fine if ${toName} gets this mail twice`,
  };
}

function capitalised(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1).replaceAll('_', ' ');
}
