import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Request, Response } from 'express';
import { TemplateEngine } from '../templating/template-engine.js';
import { assetsVersion } from './assets.js';
import { takeFlash } from './flash.js';
import type { Page } from './page.js';
import { SIDEBAR_COUNTER, type SidebarCounter, type SidebarCounts } from './shell.js';
import { sidebarFor } from './sidebar.js';

/** Puts a page into its frame: title, person, sidebar, flash and nonce. */
@Injectable()
export class PageRenderer {
  constructor(
    private readonly engine: TemplateEngine,
    @Optional() @Inject(SIDEBAR_COUNTER) private readonly counter: SidebarCounter | null,
  ) {}

  async render(page: Page, request: Request, response: Response): Promise<string> {
    const isOfApp = page.layout === 'app';
    const around = isOfApp ? await this.appFrame(request, page.counts) : {};
    const frame = {
      title: page.model.title,
      nonce: request.cspNonce ?? '',
      assetsVersion,
      flash: takeFlash(request),
      // Read again, a page that refused a form would lose what was typed and what was said about it.
      refresh: (page.status === 200 && page.model['refresh']) || null,
      ...around,
    };
    response.status(page.status).type('html');
    return this.engine.renderPage(
      page.view,
      page.model,
      page.layout,
      frame,
      isOfApp ? request.actor?.orgId : undefined,
    );
  }

  private async appFrame(request: Request, known: SidebarCounts | null): Promise<object> {
    const { actor, person = null } = request;
    const isIn = actor && !person?.lacksFactor;
    const counts = known ?? (isIn && this.counter ? await this.counter.count(actor) : {});
    return {
      person: person && { ...person, initials: initialsOf(person.name) },
      sidebar: isIn ? sidebarFor(actor, request.path, counts) : [],
    };
  }
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
