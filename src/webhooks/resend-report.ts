import type { DeliveryReport, ReportedState } from '../email/delivery-report.js';
import { isId } from '../web/id.pipe.js';
import { bounceReason, failureReason, suppressionReason } from './resend-reasons.js';
import { list, record, text } from './untrusted.js';

type Told = Pick<DeliveryReport, 'state' | 'reasonCode' | 'reason' | 'suppression'>;

/**
 * What an event of Resend tells about a mail (https://resend.com/docs/webhooks/event-types), or null: other events,
 * what nobody shall be followed by (opened, clicked), and what makes no sense.
 */
export function resendReport(event: unknown, receivedAt: Date): DeliveryReport | null {
  const { type, created_at: at, data } = record(event);
  const mail = record(data);
  const providerId = text(mail['email_id']);
  const told = toldBy(type, mail);
  return told && providerId
    ? { ...told, emailId: ourId(mail), providerId, receivedAt, at: instant(at), sentAt: instant(mail['created_at']) }
    : null;
}

function toldBy(type: unknown, mail: Record<string, unknown>): Told | null {
  switch (type) {
    case 'email.sent':
      return plain('accepted', null);
    case 'email.delivered':
      return plain('delivered', null);
    case 'email.delivery_delayed':
      return plain('delayed', 'The mail server of the recipient puts it off; Resend keeps trying.');
    case 'email.complained':
      return { ...plain('complained', 'The recipient marked it as spam.'), suppression: 'complaint' };
    case 'email.bounced':
      return bounced(record(mail['bounce']));
    case 'email.suppressed':
      return suppressed(record(mail['suppressed']));
    case 'email.failed':
      return { ...plain('failed', failureReason(record(mail['failed']))), reasonCode: 'provider_failed' };
    default:
      return null;
  }
}

function plain(state: ReportedState, reason: string | null): Told {
  return { state, reasonCode: null, reason, suppression: null };
}

/** Only what is permanent says that the address is of no use. */
function bounced(bounce: Record<string, unknown>): Told {
  const kind = text(bounce['type'])?.toLowerCase();
  const known = kind === 'permanent' || kind === 'transient' ? kind : 'undetermined';
  return {
    ...plain('bounced', bounceReason(known, bounce)),
    reasonCode: `bounce_${known}`,
    suppression: known === 'permanent' ? 'bounce' : null,
  };
}

function suppressed(suppression: Record<string, unknown>): Told {
  const cause = /complain/i.test(`${text(suppression['reason'])} ${text(suppression['type'])}`)
    ? 'complaint'
    : 'bounce';
  return { ...plain('suppressed', suppressionReason(cause)), reasonCode: `previous_${cause}`, suppression: cause };
}

/** Each mail carries its id in a tag and in a header. */
function ourId(mail: Record<string, unknown>): string | null {
  const header = named(mail['headers'], (name) => name.toLowerCase() === 'x-entity-ref-id');
  const id = [named(mail['tags'], (name) => name === 'email_id'), header].find(isId);
  return id?.toLowerCase() ?? null;
}

/** Tags came as a list of names and values once, and come as a map; headers come as a list. */
function named(values: unknown, isIt: (name: string) => boolean): unknown {
  const pairs = Array.isArray(values)
    ? list(values).map((pair) => [text(record(pair)['name']) ?? '', record(pair)['value']] as const)
    : Object.entries(record(values));
  return pairs.find(([name]) => isIt(name))?.[1];
}

function instant(value: unknown): Date | null {
  const time = new Date(text(value) ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}
