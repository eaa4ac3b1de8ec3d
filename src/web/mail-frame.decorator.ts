import { applyDecorators, Header } from '@nestjs/common';

/** A mail's HTML is framed: it may carry its own styles, and nothing else. */
const policy = `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;

/** On a route that answers with the HTML of a mail, for a sandboxed frame on one of our pages. */
export const MailFrame = () =>
  applyDecorators(
    Header('Content-Type', 'text/html; charset=utf-8'),
    Header('Content-Security-Policy', policy),
    Header('X-Frame-Options', 'SAMEORIGIN'),
  );
