import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { promisify } from 'node:util';
import { from, switchMap, type Observable } from 'rxjs';
import { leaveFlash } from './flash.js';
import { PageRenderer } from './page-renderer.service.js';
import { Page } from './page.js';
import { Redirect } from './redirect.js';

/** Turns what controllers return into answers: `Page` into HTML, `Redirect` into 303, all else as it is. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    return next
      .handle()
      .pipe(
        switchMap((result: unknown) =>
          from(this.answer(result, http.getRequest<Request>(), http.getResponse<Response>())),
        ),
      );
  }

  private async answer(result: unknown, request: Request, response: Response): Promise<unknown> {
    if (result instanceof Page) {
      return this.renderer.render(result, request, response);
    }
    if (result instanceof Redirect) {
      if (result.flash) {
        leaveFlash(request, result.flash);
      }
      await saveSession(request);
      response.redirect(303, result.to);
      return undefined;
    }
    return result;
  }
}

/** Before the answer begins: a browser follows a redirect as soon as it has read the head. */
async function saveSession(request: Request): Promise<void> {
  if (request.session && request.method === 'POST') {
    await promisify(request.session.save.bind(request.session))();
  }
}
