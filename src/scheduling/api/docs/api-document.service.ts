import { Injectable, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { sessionCookieName } from '../../../web/session-cookie.js';

const apiPath = /^\/api\/admin\//;

const about = [
  'Everything the pages of Interlude do with candidates, links, bookings and mails, for programs.',
  'Send `Authorization: Bearer` with a token from the settings, or the session of the pages.',
  'Times are ISO 8601 with their offset. Faults are `application/problem+json` (RFC 9457).',
  'A write takes at most 10,000 ids and 1 MB; an id of another organization anywhere in it is a 404, and nothing is changed.',
].join(' ');

/** The OpenAPI document, made from the routes of the app itself. */
@Injectable()
export class ApiDocument {
  private app: INestApplication | null = null;
  private made: OpenAPIObject | null = null;

  describe(app: INestApplication): void {
    this.app = app;
  }

  read(): OpenAPIObject {
    this.made ??= this.make();
    return this.made;
  }

  private make(): OpenAPIObject {
    if (!this.app) {
      throw new Error('ApiDocument.describe was not called with the app');
    }
    const config = new DocumentBuilder()
      .setTitle('Interlude')
      .setDescription(about)
      .setVersion('1')
      .addCookieAuth(sessionCookieName, { type: 'apiKey', in: 'cookie' }, 'session')
      .addSecurity('token', { type: 'http', scheme: 'bearer', description: 'A token of the organization.' })
      .addSecurityRequirements('session')
      .addSecurityRequirements('token')
      .build();
    const document = SwaggerModule.createDocument(this.app, config, {
      operationIdFactory: (controller, method) => `${controller.replace(/ApiController$/, '')}_${method}`,
    });
    const paths = Object.entries(document.paths).filter(([path]) => apiPath.test(path));
    return { ...document, paths: Object.fromEntries(paths) };
  }
}
