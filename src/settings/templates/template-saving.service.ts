import { Injectable } from '@nestjs/common';
import { OrgsService } from '../../accounts/orgs.service.js';
import { TemplateLibraryService, type NamedTemplate } from '../../email/template-library.service.js';
import { TemplateVersionsService } from '../../email/template-versions.service.js';
import type { Actor } from '../../shared/actor.js';
import { clockTime } from '../../shared/zoned-time.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { TemplatePageService } from './template-page.service.js';
import { problemsOf } from './template.form.js';
import { templatePath } from './templates.view.js';
import type { TypedTemplate } from './typed-template.js';

/** Puts a text into force as a new version, or answers with the page that says why not and keeps what was typed. */
@Injectable()
export class TemplateSavingService {
  constructor(
    private readonly library: TemplateLibraryService,
    private readonly versions: TemplateVersionsService,
    private readonly orgs: OrgsService,
    private readonly page: TemplatePageService,
  ) {}

  async save(
    actor: Actor,
    template: NamedTemplate,
    typed: TypedTemplate,
    candidate?: string,
  ): Promise<Page | Redirect> {
    const again = { typed, ...(candidate !== undefined && { candidate }) };
    const errors = problemsOf(typed, template.needs);
    if (errors.length > 0) {
      return this.page.show(actor, template, { ...again, errors });
    }
    // There is a first version even where nobody has looked at the page yet.
    await this.library.current(actor, template);
    const saved = await this.versions.save(actor, template.name, typed.revision, typed);
    if (saved.kind === 'overtaken') {
      const { version, authorName, createdAt } = saved.by;
      const { timeZone } = await this.orgs.find(actor);
      const message = `${authorName ?? 'Somebody'} saved version ${version} at ${clockTime(createdAt, timeZone)}, while you were writing. Your text below is not saved. Look at version ${version} among the versions; if you save again, your text takes its place.`;
      return this.page.show(actor, template, {
        ...again,
        typed: { ...typed, revision: version },
        errors: [{ field: 'revision', message }],
      });
    }
    return new Redirect(
      templatePath(template.name),
      saved.kind === 'saved'
        ? {
            tone: 'good',
            strong: `Version ${saved.version} is in force.`,
            text: 'Drafts and mails that were made before keep the text they were made from.',
          }
        : { tone: 'info', strong: 'Nothing was changed.', text: `Version ${saved.version} stays in force.` },
    );
  }
}
