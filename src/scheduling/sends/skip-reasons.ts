import { isAhead } from '../bookings/booking-status.js';

/** Why somebody of a selection gets no mail, in words for the page; the codes are in `emails.reason_code`. */
export const skipReasons: Readonly<Record<string, { label: string; why: string; whatHelps: string }>> = {
  twice: {
    label: 'Same address twice',
    why: 'Another candidate of this send has the same address and gets the mail.',
    whatHelps: 'Send to this candidate separately if both are meant.',
  },
  booked: {
    label: 'Already booked',
    why: 'This candidate has an interview.',
    whatHelps: 'Cancel the booking first if a new time is needed.',
  },
  interviewed: {
    label: 'Had the interview',
    why: 'The interview of this candidate is over, and nothing was sent since.',
    whatHelps: 'For another round, choose “Invite again” at that booking.',
  },
  declined: {
    label: 'Declined',
    why: 'This candidate no longer wants an interview.',
    whatHelps: 'Write to them yourself if that has changed.',
  },
  assessment_closed: {
    label: 'Assessment closed',
    why: 'The assessment of this candidate is closed.',
    whatHelps: 'Reopen it first if they are still meant.',
  },
  suppressed: {
    label: 'Suppressed',
    why: 'Mail to this address came back for good, or was reported as unwanted.',
    whatHelps: 'An admin can lift that in the mail settings, with a reason.',
  },
  opted_out: {
    label: 'Opted out',
    why: 'This candidate asked for no more mail.',
    whatHelps: 'Respect it, or write once if they asked you to since.',
  },
  under_way: {
    label: 'Mail under way',
    why: 'Another send has a mail to this candidate waiting or leaving right now.',
    whatHelps: 'Wait until that send is done.',
  },
  recent: {
    label: 'Mailed recently',
    why: 'This candidate was invited in the last few days.',
    whatHelps: 'Include the recently mailed if a second mail is meant.',
  },
  mailed_meanwhile: {
    label: 'Mailed meanwhile',
    why: 'Another send wrote to this candidate after this one was prepared.',
    whatHelps: 'Make a new send if a second mail is meant.',
  },
  no_link: {
    label: 'Link no longer open',
    why: 'The booking link of this draft was replaced or has expired.',
    whatHelps: 'Make a new send.',
  },
  link_expired: {
    label: 'Link expired',
    why: 'The booking link of this mail expired before the mail could leave.',
    whatHelps: 'Send again: the new mail carries a new link.',
  },
  address_changed: {
    label: 'Address changed',
    why: 'This candidate got another address after the mail was prepared.',
    whatHelps: 'Make a new send: it goes to the new address with a new link.',
  },
  booking_cancelled: {
    label: 'Booking cancelled',
    why: 'The booking was cancelled or rejected before its confirmation left.',
    whatHelps: 'Nothing to do.',
  },
  booking_moved: {
    label: 'Booking moved',
    why: 'The booking was moved to another time, which has a confirmation of its own.',
    whatHelps: 'Nothing to do.',
  },
  booking_past: {
    label: 'Already begun',
    why: 'The interview began before its confirmation could leave.',
    whatHelps: 'Nothing to do.',
  },
  booking_unmatched: {
    label: 'Another candidate',
    why: 'The booking turned out not to be this candidate’s.',
    whatHelps: 'Nothing to do.',
  },
  erased: {
    label: 'Erased',
    why: 'The data of this candidate was erased.',
    whatHelps: 'Nothing to do.',
  },
  missing_value: {
    label: 'Value missing',
    why: 'The message uses a name that has no value for this candidate.',
    whatHelps: 'Take the name out of the message, or put it inside {{#if}}.',
  },
};

export interface Reachability {
  /** SQL: a number of days, 0 or null for no such rule. */
  readonly recentDays: string | null;
  /** SQL: whether somebody decided to write once in spite of an opt-out. */
  readonly despiteOptOut?: string;
  /** Only for whoever chose many people at once: had they the interview, another one is asked for on purpose. */
  readonly skipsInterviewed?: boolean;
}

/** SQL: the states of mails that reached their candidate, or may have. */
export const reached = `('accepted', 'delivered', 'delayed', 'unknown')`;

/** SQL: the code of the first reason not to write to an invitation, or null. `invitation` is the alias of its row. */
export function notReachable(
  invitation: string,
  { recentDays, despiteOptOut = 'false', skipsInterviewed = false }: Reachability,
): string {
  const suppression = `select 1 from suppressions s where s.org_id = ${invitation}.org_id
                          and s.address = lower(${invitation}.email) and s.lifted_at is null`;
  const recent = recentDays
    ? `when ${recentDays} > 0 and exists (select 1 from emails m where m.invitation_id = ${invitation}.id
         and m.state in ${reached}
         and m.sent_at > clock_timestamp() - make_interval(days => ${recentDays})) then 'recent'`
    : '';
  const interviewed = skipsInterviewed
    ? `when exists (select 1 from cal_com_bookings b where b.invitation_id = ${invitation}.id
         and b.status = 'confirmed' and b.end_time <= clock_timestamp() and b.missing_since is null
         and not exists (select 1 from emails m where m.invitation_id = b.invitation_id
                          and m.state in ${reached} and m.sent_at > b.end_time)) then 'interviewed'`
    : '';
  return `case
    when ${invitation}.erased_at is not null then 'erased'
    when exists (select 1 from cal_com_bookings b where b.invitation_id = ${invitation}.id
                    and ${isAhead('b')}) then 'booked'
    ${interviewed}
    when ${invitation}.declined_at is not null then 'declined'
    when exists (select 1 from assessments closed where closed.id = ${invitation}.assessment_id
                    and closed.closed_at is not null) then 'assessment_closed'
    when exists (${suppression} and s.cause <> 'opt_out') then 'suppressed'
    when not ${despiteOptOut} and exists (${suppression} and s.cause = 'opt_out') then 'opted_out'
    when exists (select 1 from emails m where m.invitation_id = ${invitation}.id
                    and m.state in ('queued', 'sending')) then 'under_way'
    ${recent}
  end`;
}
