import express, { type ErrorRequestHandler, type RequestHandler, type Response, Router } from 'express';
import { ApiError } from '../api-error.js';
import { type BookingDesk } from '../booking-desk.js';
import { type SandboxState } from '../state.js';
import { assetsRouter } from './assets.routes.js';
import { bookRoutes } from './book.routes.js';
import { bookingRoutes } from './booking.routes.js';
import { Renderer } from './renderer.js';
import { rescheduleRoutes } from './reschedule.routes.js';
import { lengthText } from './time-words.js';

export interface PageParts {
  readonly state: SandboxState;
  readonly desk: BookingDesk;
  readonly now: () => Date;
}

export interface Pages extends PageParts {
  readonly show: (response: Response, page: string, view: object, status?: number) => void;
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The public side of Cal.com: what a candidate sees. Everything works without a script, and there is none. */
export function pagesRouter(parts: PageParts): Router {
  const renderer = new Renderer();
  const show: Pages['show'] = (response, page, view, status = 200) => {
    response.status(status).type('html').send(renderer.render(page, view));
  };
  const pages = { ...parts, show };
  const router = Router();
  router.use(securityHeaders, assetsRouter(), express.urlencoded({ extended: false, limit: '100kb' }));
  router.get('/', (_request, response) => show(response, 'index', indexView(parts.state)));
  router.use(bookingRoutes(pages), rescheduleRoutes(pages), bookRoutes(pages));
  router.use((_request, response) => show(response, 'not-found', {}, 404));
  router.use(showErrors(show));
  return router;
}

const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
  });
  next();
};

function indexView(state: SandboxState) {
  return {
    hosts: state.hosts.map((host) => ({
      name: host.name,
      eventTypes: state.eventTypes
        .filter(({ ownerId, hidden }) => ownerId === host.id && !hidden)
        .map(({ title, slug, description, lengthInMinutes, lengthInMinutesOptions }) => ({
          title,
          description,
          href: `/${host.username}/${slug}`,
          length: lengthInMinutesOptions?.map(String).join(', ').concat(' minutes') ?? lengthText(lengthInMinutes),
        })),
    })),
  };
}

function showErrors(show: Pages['show']): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const isMissing = error instanceof ApiError && error.status === 404;
    show(response, isMissing ? 'not-found' : 'broken', {}, isMissing ? 404 : 500);
  };
}
