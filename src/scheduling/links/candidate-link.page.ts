import { Page } from '../../web/page.js';
import { newLinkRequestPath } from './candidate-address.js';
import type { KnownLink, LinkRow } from './candidate-link.service.js';
import { bookedView, chooseView, closedView, type ClosedWords } from './candidate-link.view.js';

const notFound = 404;
const gone = 410;

/** What a candidate's link shows, by how things stand. */
export function candidatePage({ kind, link }: KnownLink): Page {
  switch (kind) {
    case 'booked':
      return Page.public('scheduling/candidate-link/booked', bookedView(link));
    case 'choose':
    case 'cancelled':
      return Page.public('scheduling/candidate-link/choose', chooseView(link));
    case 'declined':
      return closedLinkPage(declined(link), link, gone);
    case 'revoked':
      return closedLinkPage(replaced, link, gone);
    case 'expired':
      return closedLinkPage(link.newLinkAsked ? newLinkAsked(link) : expired(link), link, gone);
  }
}

export function unknownLinkPage(): Page {
  return closedLinkPage(unknown, null, notFound);
}

export function sampleLinkPage(text: string): Page {
  return closedLinkPage({ icon: 'link-2-off', heading: 'This is a sample link', text, form: null }, null, 200);
}

function closedLinkPage(words: ClosedWords, link: LinkRow | null, status: number): Page {
  return Page.public('scheduling/candidate-link/closed', closedView(words, link), status);
}

const unknown: ClosedWords = {
  icon: 'link-2-off',
  heading: 'We do not know this link',
  text: 'Perhaps a part of it is missing. Open it from the mail again, or answer that mail.',
  form: null,
};

const replaced: ClosedWords = {
  icon: 'link-2-off',
  heading: 'This link was replaced',
  text: 'A newer mail has the link that works. If you cannot find it, answer the mail and ask for a new one.',
  form: null,
};

function declined({ orgName }: LinkRow): ClosedWords {
  return {
    icon: 'circle-slash',
    heading: 'You no longer want the interview',
    text: `${orgName} knows, and sends you no more invitations. Thank you for saying so. If you change your mind, answer the mail you got: they can open this link again.`,
    form: null,
  };
}

function expired({ orgName, token }: LinkRow): ClosedWords {
  return {
    icon: 'link-2-off',
    heading: 'This link has expired',
    text: `Do you still want the interview? Then ask for a new link, and ${orgName} sends you one.`,
    form: { action: newLinkRequestPath(token), label: 'Ask for a new link' },
  };
}

function newLinkAsked({ orgName }: LinkRow): ClosedWords {
  return {
    icon: 'mail-check',
    heading: 'You asked for a new link',
    text: `${orgName} sees it and writes to you. This link has expired; the new one comes by mail.`,
    form: null,
  };
}
