import type { EmailDetails } from '../../email/email.service.js';
import { clockTime, shortTime, zoneInWords } from '../../shared/zoned-time.js';
import type { RenderedMail } from '../../templating/mail/render-mail.js';
import type { Badge, Link } from '../page-parts.view.js';
import { emailBadges } from './send-badges.js';
import { emailInWords } from './send.view.js';

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
  /** '' where a retry is not possible. */
  readonly retryLabel: string;
  readonly canAct: boolean;
  readonly events: readonly {
    readonly at: string;
    readonly badge: Badge;
    readonly detail: string;
  }[];
  /** Null while there is nothing to read. */
  readonly message: MessageView | null;
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

export function emailView(
  { email, events, mail }: EmailDetails,
  { isText, canAct, timeZone, now }: { isText: boolean; canAct: boolean; timeZone: string; now: Date },
): EmailView {
  const href = `/app/emails/${email.id}`;
  return {
    title: `${email.kind === 'test' ? 'Test mail' : 'Mail'} to ${email.toName}`,
    sub: `Times are in ${zoneInWords(timeZone, now)}`,
    back: { href: `/app/sends/${email.sendId}`, label: 'Send' },
    id: email.id,
    badge: emailBadges[email.state]!,
    what: emailInWords(email),
    retryLabel: email.state === 'failed' ? 'Retry' : '',
    canAct,
    events: events.toReversed().map((event) => ({
      at: `${shortTime(event.at, timeZone, now)}:${clockTime(event.at, timeZone).slice(-2)}`,
      badge: emailBadges[event.type] ?? { tone: 'neutral', icon: 'circle-dot', word: capitalised(event.type) },
      detail: event.detail ?? '',
    })),
    message: mail && messageView(email.id, { ...email, from: mail.from }, mail, { href, isText }),
  };
}

function capitalised(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1).replaceAll('_', ' ');
}
