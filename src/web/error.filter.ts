import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PageRenderer } from './page-renderer.service.js';
import { Page } from './page.js';
import { problemFor, type Problem } from './problem.js';
import { TooManyTries } from './too-many-tries.js';

const forPrograms = /^\/(api|webhooks)\//;

/** The one place that talks to a browser or a program about something that went wrong. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  constructor(private readonly renderer: PageRenderer) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = problemFor(error);
    if (problem.status >= 500) {
      this.logger.error(error instanceof HttpException ? error.message : error);
    }
    if (error instanceof TooManyTries && !response.headersSent) {
      response.set('Retry-After', String(error.retryAfterSeconds));
    }
    if (response.headersSent) {
      response.end();
    } else if (problem.location) {
      response.redirect(303, problem.location);
    } else if (forPrograms.test(request.path)) {
      const { location: _, ...body } = problem;
      response.status(problem.status).type('application/problem+json').send(JSON.stringify(body));
    } else {
      response.send(await this.page(problem, request, response));
    }
  }

  private async page(problem: Problem, request: Request, response: Response): Promise<string> {
    const model = { title: problem.title, detail: problem.detail, signedIn: Boolean(request.actor) };
    try {
      return await this.renderer.render(
        new Page('errors/error', model, problem.status, request.actor ? 'app' : 'public'),
        request,
        response,
      );
    } catch (failure) {
      this.logger.error(failure);
      response.status(problem.status).type('text');
      return `${problem.title}. ${problem.detail}`;
    }
  }
}
