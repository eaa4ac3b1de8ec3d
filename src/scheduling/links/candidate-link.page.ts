import { Page } from '../../web/page.js';
import type { LinkRow } from './candidate-link.service.js';
import { closedView } from './candidate-link.view.js';

const notFound = 404;

export function closedLinkPage(heading: string, text: string, link: LinkRow | null, status: number): Page {
  return Page.public('scheduling/candidate-link/closed', closedView(heading, text, link), status);
}

export function unknownLinkPage(): Page {
  return closedLinkPage(
    'We do not know this link',
    'Perhaps a part of it is missing. Open it from the mail again, or answer that mail.',
    null,
    notFound,
  );
}

export function sampleLinkPage(text: string): Page {
  return closedLinkPage('This is a sample link', text, null, 200);
}
