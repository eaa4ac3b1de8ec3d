import type { NestExpressApplication } from '@nestjs/platform-express';
import { raw, type NextFunction, type Request, type Response } from 'express';
import session from 'express-session';
import { Logger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { HashedSessionStore } from './accounts/hashed-session-store.js';
import { idleMs } from './accounts/session-life.js';
import { usesHttps, type Settings } from './config/settings.js';
import { poolOf } from './database/pool-of.js';
import { serveAssets } from './web/assets.js';
import { formBody } from './web/form-body.js';
import { securityHeaders } from './web/security-headers.js';
import { sessionCookieNameFor } from './web/session-cookie.js';

const sessionless = /^\/(healthz|readyz|metrics|webhooks\/|assets\/|brand\/|i\/[^/]+\/unsubscribe)/i;
const optOut = /^\/i\/[^/]+\/unsubscribe/i;
const bodyLimit = '1mb';
const webhookLimits = { '/webhooks/cal-com/': bodyLimit, '/webhooks/': '256kb' };
const manyFields = 20_000;

/** What every running app has, in production and in the tests alike. */
export function configureApp(app: NestExpressApplication, settings: Settings): void {
  const https = usesHttps(settings);
  app.useLogger(app.get(Logger));
  app.disable('x-powered-by');
  // Pages are never kept, and no two of them are the same: each has a nonce.
  app.disable('etag');
  app.set('query parser', 'extended');
  if (settings.trustProxy) {
    app.set('trust proxy', /^\d+$/.test(settings.trustProxy) ? Number(settings.trustProxy) : settings.trustProxy);
  }
  app.use(securityHeaders(https));
  serveAssets(app);
  app.use(leaveOptOutsUnread);
  // Signatures are over the bytes.
  for (const [path, limit] of Object.entries(webhookLimits)) {
    app.use(path, raw({ type: () => true, limit }));
  }
  app.useBodyParser('json', { limit: bodyLimit });
  app.use(formBody({ limit: bodyLimit, mostFields: manyFields }));
  app.use(giveEmptyBody);
  const withSession = sessions(app, settings, https);
  app.use((request: Request, response: Response, next: NextFunction) =>
    sessionless.test(request.path) ? next() : void withSession(request, response, next),
  );
}

/** Express leaves the body undefined where none came; to a form that is one in which nothing was filled in. */
function giveEmptyBody(request: Request, _response: Response, next: NextFunction): void {
  request.body ??= {};
  next();
}

/** The address says it all: no content type, and no body that cannot be read, keeps anybody from opting out. */
function leaveOptOutsUnread(request: Request, _response: Response, next: NextFunction): void {
  if (optOut.test(request.path)) {
    delete request.headers['content-type'];
  }
  next();
}

function sessions(app: NestExpressApplication, settings: Settings, https: boolean) {
  const store = new HashedSessionStore(poolOf(app.get(DataSource)));
  // Else it would go on pruning, and keep all of the app in memory.
  app.getHttpServer().once('close', () => void store.close());
  return session({
    name: sessionCookieNameFor(https),
    secret: settings.sessionSecret,
    store,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    proxy: https,
    cookie: { httpOnly: true, sameSite: 'lax', secure: https, path: '/', maxAge: idleMs },
  });
}
