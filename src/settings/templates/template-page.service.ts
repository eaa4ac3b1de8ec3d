import { Injectable, NotFoundException } from '@nestjs/common';
import { OrgsService } from '../../accounts/orgs.service.js';
import { EmailService } from '../../email/email.service.js';
import { TemplateLibraryService, type NamedTemplate } from '../../email/template-library.service.js';
import { TemplateVersionsService, type TemplateVersion } from '../../email/template-versions.service.js';
import type { Actor } from '../../shared/actor.js';
import type { MailContent } from '../../templating/mail/parse-mail-template.js';
import type { FieldError } from '../../web/forms.js';
import { isId } from '../../web/id.pipe.js';
import { Page } from '../../web/page.js';
import { TemplatePreviewService, type PreviewPerson } from './template-preview.service.js';
import { previewView, templateView, versionRow, type PreviewView } from './template.view.js';
import { templatePath } from './templates.view.js';
import type { TypedTemplate } from './typed-template.js';

export interface Shown {
  /** What stands in the fields, where it is not what is in force, and the id under which the frame finds it. */
  readonly typed?: TypedTemplate | null;
  readonly typedId?: string;
  readonly errors?: readonly FieldError[];
  /** Whose mail is shown: the id of an invitation; whoever comes first without one. */
  readonly invitationId?: unknown;
  /** The address as it was typed, where nobody has it. */
  readonly candidate?: string;
}

const versionsPerPage = 50;
const versionsBeside = 5;

/** Gathers what the pages of one template show. */
@Injectable()
export class TemplatePageService {
  constructor(
    private readonly library: TemplateLibraryService,
    private readonly versions: TemplateVersionsService,
    private readonly previews: TemplatePreviewService,
    private readonly emails: EmailService,
    private readonly orgs: OrgsService,
  ) {}

  async find(actor: Actor, name: string): Promise<NamedTemplate> {
    return (/^\w{1,80}$/.test(name) && (await this.library.find(actor, name))) || notFound();
  }

  async show(actor: Actor, template: NamedTemplate, shown: Shown): Promise<Page> {
    const { typed, typedId, errors = [] } = shown;
    const newest = await this.library.current(actor, template);
    const [versions, suggestions, person, { timeZone }] = await Promise.all([
      this.versions.list(actor, template.name, { before: null, limit: versionsBeside }),
      this.previews.suggest(actor),
      this.person(actor, template, shown.invitationId),
      this.orgs.find(actor),
    ]);
    const preview =
      typed && typedId
        ? await this.preview(actor, template, typed, person, { typed: typedId })
        : await this.preview(actor, template, newest, person, { version: newest.version });
    const view = templateView({
      template,
      newest,
      content: typed ?? { ...newest, revision: newest.version },
      errors,
      candidate: shown.candidate ?? (person.invitationId ? person.email : ''),
      suggestions,
      preview,
      versions,
      timeZone,
    });
    return new Page('settings/templates/template', view, errors.length > 0 ? 422 : 200);
  }

  async showVersion(actor: Actor, template: NamedTemplate, version: TemplateVersion): Promise<Page> {
    const [newest, person, { timeZone }] = await Promise.all([
      this.library.current(actor, template),
      this.previews.findFirst(actor, template.names),
      this.orgs.find(actor),
    ]);
    const path = templatePath(template.name);
    return new Page('settings/templates/version', {
      title: `${template.title}, version ${version.version}`,
      back: { href: path, label: template.title },
      ...versionRow(version, { template, newest, timeZone }),
      path,
      revision: newest.version,
      subject: version.subject,
      body: version.body,
      preview: await this.preview(actor, template, version, person, { version: version.version }),
    });
  }

  async listVersions(actor: Actor, template: NamedTemplate, before: number | null): Promise<Page> {
    const [newest, found, { timeZone }] = await Promise.all([
      this.library.current(actor, template),
      this.versions.list(actor, template.name, { before, limit: versionsPerPage + 1 }),
      this.orgs.find(actor),
    ]);
    const versions = found.slice(0, versionsPerPage);
    const path = templatePath(template.name);
    const older = found.length > versionsPerPage ? `${path}/versions?before=${versions.at(-1)!.version}` : null;
    return new Page('settings/templates/versions', {
      title: `Versions of ${template.title}`,
      back: { href: path, label: template.title },
      rows: versions.map((version) => versionRow(version, { template, newest, timeZone })),
      pager:
        before === null && !older
          ? null
          : {
              previous: before === null ? null : `${path}/versions`,
              next: older,
              range: `${versions.length} of ${newest.version}, the newest first`,
            },
    });
  }

  /** The mail that the frame shows; null where there is none. */
  async html(
    actor: Actor,
    template: NamedTemplate,
    content: MailContent,
    invitationId: unknown,
  ): Promise<string | null> {
    const person = await this.person(actor, template, invitationId);
    return this.previews.render(content, person, template.names)?.mail.html ?? null;
  }

  private async person(actor: Actor, { names }: NamedTemplate, invitationId: unknown): Promise<PreviewPerson> {
    if (invitationId === undefined) {
      return this.previews.findFirst(actor, names);
    }
    return (isId(invitationId) && (await this.previews.find(actor, invitationId))) || notFound();
  }

  private async preview(
    actor: Actor,
    template: NamedTemplate,
    content: MailContent,
    person: PreviewPerson,
    which: { typed: string } | { version: number },
  ): Promise<PreviewView | null> {
    const preview = this.previews.render(content, person, template.names);
    const query =
      'typed' in which
        ? new URLSearchParams({ typed: which.typed })
        : new URLSearchParams({ version: String(which.version) });
    if (person.invitationId) {
      query.set('candidate', person.invitationId);
    }
    const bodyHref = `${templatePath(template.name)}/body?${query}`;
    const what = 'typed' in which ? 'Your text as it stands here, not saved' : `Version ${which.version}`;
    const { from } = await this.emails.sender(actor);
    return preview && previewView(preview, person, { what, from, bodyHref });
  }
}

function notFound(): never {
  throw new NotFoundException();
}
