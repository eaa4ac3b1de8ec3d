import type { NextFunction, Request, Response } from 'express';
import { randomUUID } from 'node:crypto';

/** A strict policy: nothing inline but what carries the nonce, nothing from elsewhere, no framing. */
export function securityHeaders(https: boolean) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const nonce = randomUUID();
    request.cspNonce = nonce;
    response.set({
      'Content-Security-Policy': [
        `default-src 'none'`,
        `script-src 'self' 'nonce-${nonce}'`,
        `style-src 'self' 'nonce-${nonce}'`,
        `img-src 'self' data:`,
        `font-src 'self'`,
        `connect-src 'self'`,
        `frame-src 'self'`,
        `form-action 'self'`,
        `base-uri 'none'`,
        `object-src 'none'`,
        `frame-ancestors 'none'`,
      ].join('; '),
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
      ...(https && { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }),
    });
    if (!request.path.startsWith('/assets/')) {
      response.set('Cache-Control', 'no-store');
    }
    next();
  };
}
