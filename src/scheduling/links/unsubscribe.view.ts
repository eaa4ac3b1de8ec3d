import type { Link } from '../page-parts.view.js';
import { candidatePath, unsubscribePath } from './candidate-address.js';
import type { KnownLink } from './candidate-link.service.js';
import { orgView, type OrgView } from './candidate-link.view.js';

/** `views/pages/scheduling/candidate-link/unsubscribe.hbs`: asks whether to write no more, or says that it is so. */
export interface UnsubscribeView extends Record<string, unknown> {
  readonly title: string;
  readonly org: OrgView;
  readonly icon: string;
  readonly heading: string;
  readonly text: string;
  /** One button: the step this page is for, or the way back. */
  readonly form: {
    readonly action: string;
    readonly label: string;
    readonly filled: boolean;
  };
  /** Where the link still leads somewhere. */
  readonly back: Link | null;
  readonly contact: string | null;
}

export function askView({ kind, link }: KnownLink, { takenBack }: { takenBack: boolean }): UnsubscribeView {
  const org = link.orgName;
  const what = `Press the button, and ${org} sends you no more invitations and no reminders. A booked interview stays as it is.`;
  return {
    ...frame({ kind, link }),
    title: takenBack ? 'You get mails again' : 'No more mails about this?',
    icon: takenBack ? 'mail-check' : 'mail-x',
    heading: takenBack ? 'You get mails again' : 'No more mails about this?',
    text: takenBack ? `${org} may write to you again about your interview.` : what,
    form: { action: unsubscribePath(link.token), label: `No more mails from ${org}`, filled: !takenBack },
  };
}

export function doneView({ kind, link }: KnownLink): UnsubscribeView {
  return {
    ...frame({ kind, link }),
    title: 'You get no more mails',
    icon: 'mail-check',
    heading: 'You get no more mails',
    text: `${link.orgName} sends you no more invitations and no reminders; only what left a moment ago may still arrive. A booked interview stays as it is, and its calendar mails still come.`,
    form: { action: `${unsubscribePath(link.token)}/reversal`, label: 'I pressed this by mistake', filled: false },
  };
}

function frame({ kind, link }: KnownLink): Pick<UnsubscribeView, 'org' | 'back' | 'contact'> {
  const leadsSomewhere = kind === 'booked' || kind === 'choose' || kind === 'cancelled';
  return {
    org: orgView(link),
    back: leadsSomewhere ? { href: candidatePath(link.token), label: 'Back to your interview' } : null,
    contact: link.contact,
  };
}
