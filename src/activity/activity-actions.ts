/** What the page of activity is filtered by, in the words of its choice. */
export const activityAreas = {
  'sign-in': 'Sign-in and own account',
  members: 'Members',
  tokens: 'API tokens',
  settings: 'Settings',
  candidates: 'Candidates',
  sends: 'Sends and mails',
  bookings: 'Bookings',
  denied: 'Denied access',
  operation: 'Operation',
  'each-link': 'Booking links, one by one',
} as const;
export type ActivityArea = keyof typeof activityAreas;

interface ActivityKind {
  readonly area: ActivityArea;
  /**
   * Follows the name of whoever did it. `{candidate}` is the candidate it is about, `{thing}` the name of its subject,
   * `{count booking link}` how many.
   */
  readonly says: string;
}

/** Everything that is noted: nothing else can be. */
export const activityActions = {
  'sign-in.done': { area: 'sign-in', says: 'signed in' },
  'sign-in.failed': { area: 'sign-in', says: 'failed to sign in as {thing}' },
  'sign-in.locked': { area: 'sign-in', says: 'failed so often to sign in as {thing} that no further tries were taken' },
  'sign-in.came-over': { area: 'sign-in', says: 'came over from another organization' },
  'sign-out.done': { area: 'sign-in', says: 'signed out' },
  'password.changed': { area: 'sign-in', says: 'changed the password' },
  'password.reset-asked': { area: 'sign-in', says: 'asked for a mail to reset the password of {thing}' },
  'password.reset': { area: 'sign-in', says: 'set a new password with a link from a mail' },
  'factor.turned-on': { area: 'sign-in', says: 'turned the second factor on' },
  'factor.turned-off': { area: 'sign-in', says: 'turned the second factor off' },
  'factor.codes-renewed': { area: 'sign-in', says: 'made new recovery codes' },
  'factor.reset': { area: 'sign-in', says: 'took the second factor of {thing} off' },
  'session.ended': { area: 'sign-in', says: 'ended one of the own sessions' },
  'sessions.ended': { area: 'sign-in', says: 'ended all other own sessions' },

  'organization.made': { area: 'members', says: 'made the organization' },
  'member.added': { area: 'members', says: 'made {thing} a member' },
  'member.invited': { area: 'members', says: 'invited somebody to become a member' },
  'member.invited-again': { area: 'members', says: 'sent the invitation of a member again' },
  'member.invite-withdrawn': { area: 'members', says: 'withdrew the invitation of a member' },
  'member.joined': { area: 'members', says: 'accepted the invitation' },
  'member.role-changed': { area: 'members', says: 'changed the role of {thing}' },
  'member.disabled': { area: 'members', says: 'disabled {thing}' },
  'member.enabled': { area: 'members', says: 'enabled {thing} again' },
  'member.removed': { area: 'members', says: 'removed {thing} from the organization' },
  'security-rules.changed': { area: 'members', says: 'changed the security rules' },

  'api-token.made': { area: 'tokens', says: 'made the API token {thing}' },
  'api-token.revoked': { area: 'tokens', says: 'revoked the API token {thing}' },

  'cal-com.connected': { area: 'settings', says: 'saved the connection to Cal.com' },
  'cal-com.disconnected': { area: 'settings', says: 'disconnected Cal.com' },
  'event-type.default-chosen': { area: 'settings', says: 'chose the default event type' },
  'event-types.used-chosen': { area: 'settings', says: 'chose the event types in use' },
  'link-life.changed': { area: 'settings', says: 'changed how long booking links work' },
  'mail-rules.changed': { area: 'settings', says: 'changed the rules for mails' },
  'suppression.lifted': { area: 'settings', says: 'let an address have mail again' },
  'template.added': { area: 'settings', says: 'added the template {thing}' },
  'template.saved': { area: 'settings', says: 'saved a new version of the template {thing}' },
  'template.archived': { area: 'settings', says: 'archived the template {thing}' },
  'template.taken-back': { area: 'settings', says: 'took the template {thing} back into use' },
  'retention.previewed': { area: 'settings', says: 'looked at whom erasing after some days would reach' },
  'retention.changed': { area: 'settings', says: 'changed after how many days candidates are erased' },
  'organization.changed': { area: 'settings', says: 'changed the organization' },

  'assessment.added': { area: 'candidates', says: 'added the assessment {thing}' },
  'assessment.closed': { area: 'candidates', says: 'closed the assessment {thing}' },
  'assessment.reopened': { area: 'candidates', says: 'opened the assessment {thing} again' },
  'assessment.kept': { area: 'candidates', says: 'changed how long the candidates of {thing} are kept' },
  'retention.noticed': { area: 'candidates', says: 'announced that {count candidate} of {thing} will be erased' },
  'assessment.erased': { area: 'candidates', says: 'erased {count candidate} of {thing}, whose time was over' },
  'candidates.imported': { area: 'candidates', says: 'imported a file of candidates' },
  'candidates.handed-over': { area: 'candidates', says: 'handed candidates over' },
  'candidates.exported': { area: 'candidates', says: 'exported {count candidate} as a file' },
  'candidate.copied': { area: 'candidates', says: 'made a file of all that is kept of {candidate}' },
  'candidates.erased': { area: 'candidates', says: 'erased {count candidate}' },
  'links.made': { area: 'candidates', says: 'made {count booking link}' },
  'link.made': { area: 'each-link', says: 'made a booking link for {candidate}' },
  'candidate.declined': { area: 'candidates', says: 'declined the interview' },
  'candidate.reopened': { area: 'candidates', says: 'opened the invitation of {candidate} again' },
  'candidate.asked-for-times': { area: 'candidates', says: 'asked for other times' },
  'candidate.asked-for-link': { area: 'candidates', says: 'asked for a new link' },
  'candidate.opted-out': { area: 'candidates', says: 'asked for no more mail' },
  'candidate.opted-in': { area: 'candidates', says: 'asked for mail again' },
  'note.added': { area: 'candidates', says: 'added a note about {candidate}' },
  'note.deleted': { area: 'candidates', says: 'deleted a note about {candidate}' },
  'request.settled': { area: 'candidates', says: 'settled a request of {candidate}' },

  'send.drafted': { area: 'sends', says: 'drafted a send to {count candidate}' },
  'send.dispatched': { area: 'sends', says: 'sent {count mail}' },
  'send.stopped': { area: 'sends', says: 'stopped {count mail} of a send' },
  'send.discarded': { area: 'sends', says: 'discarded the draft of a send' },
  'send.retried': { area: 'sends', says: 'had {count failed mail} tried again' },
  'email.retried': { area: 'sends', says: 'had the mail to {candidate} tried again' },
  'email.sent-again': { area: 'sends', says: 'had the mail to {candidate} sent again, though it may have arrived' },
  'opt-out.overruled': { area: 'sends', says: 'wrote to {candidate} once, who had asked for no more mail' },

  'booking.made': { area: 'bookings', says: 'booked an interview for {candidate}' },
  'booking.cancelled': { area: 'bookings', says: 'cancelled the interview of {candidate}' },
  'booking.rescheduled': { area: 'bookings', says: 'moved the interview of {candidate}' },
  'booking.confirmed': { area: 'bookings', says: 'confirmed the interview of {candidate}' },
  'booking.rejected': { area: 'bookings', says: 'rejected the interview of {candidate}' },
  'booking.no-show': { area: 'bookings', says: 'marked {candidate} as a no-show' },
  'booking.attached': { area: 'bookings', says: 'said that a booking is of {candidate}' },
  'booking.set-aside': { area: 'bookings', says: 'put a booking aside that is of no candidate' },
  'booking.put-back': { area: 'bookings', says: 'put a booking back to the unmatched ones' },
  'booking.reinvited': { area: 'bookings', says: 'began to invite {candidate} again' },
  'bulk-action.begun': { area: 'bookings', says: 'began a bulk action on {count booking}' },
  'bulk-action.retried': { area: 'bookings', says: 'had {count booking} of a bulk action tried again' },
  'bulk-action.stopped': { area: 'bookings', says: 'stopped a bulk action before {count booking}' },
  'assignment.begun': { area: 'bookings', says: 'assigned times to {count candidate}' },
  'assignment.retried': { area: 'bookings', says: 'had {count assigned time} tried again' },
  'assignment.stopped': { area: 'bookings', says: 'stopped before {count assigned time}' },

  'access.denied': { area: 'denied', says: 'was refused what the role does not allow' },

  'activity.exported': { area: 'operation', says: 'exported this list as a file' },
  'candidates.seeded': { area: 'operation', says: 'added invented candidates' },
  'keys.rotated': { area: 'operation', says: 'encrypted stored secrets again' },
} as const satisfies Readonly<Record<string, ActivityKind>>;
export type ActivityAction = keyof typeof activityActions;

export function isActivityAction(action: string): action is ActivityAction {
  return Object.hasOwn(activityActions, action);
}

export function actionsOf(area: ActivityArea): ActivityAction[] {
  return (Object.keys(activityActions) as ActivityAction[]).filter((action) => activityActions[action].area === area);
}
