import { Injectable } from '@nestjs/common';
import { DataSource, type FindOperator, IsNull, Not, QueryFailedError } from 'typeorm';
import type { ActivityAction } from '../activity/activity-actions.js';
import { recordActivity } from '../activity/record-activity.js';
import type { Actor } from '../shared/actor.js';
import type { MailName } from '../templating/mail/mail-names.js';
import type { MailContent } from '../templating/mail/parse-mail-template.js';
import { CustomTemplate } from './custom-template.entity.js';
import { defaultTemplates, templateNames, type TemplateName } from './default-templates.js';
import { EmailTemplatesService } from './email-templates.service.js';
import { TemplateVersionsService, type TemplateVersion } from './template-versions.service.js';

/** A template that has a name: built in, or added by an admin. */
export interface NamedTemplate {
  readonly name: string;
  readonly title: string;
  readonly occasion: string;
  /** The names that have a value when a mail is made of it. */
  readonly names: readonly MailName[];
  readonly needs: readonly MailName[];
  /** What the template says before anybody changed it; null for an added one. */
  readonly original: MailContent | null;
  readonly archivedAt: Date | null;
}

const invitation = defaultTemplates.scheduling_invitation;
const titleTaken = 'custom_templates_title';
const nameTaken = 'custom_templates_pk';

/** Which templates there are. */
@Injectable()
export class TemplateLibraryService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly templates: EmailTemplatesService,
    private readonly versions: TemplateVersionsService,
  ) {}

  /** The built-in ones first, then the added ones by title. */
  async list(actor: Actor): Promise<NamedTemplate[]> {
    const custom = await this.dataSource
      .getRepository(CustomTemplate)
      .find({ where: { orgId: actor.orgId }, order: { title: 'ASC' } });
    return [...templateNames.map(builtIn), ...custom.map(added)];
  }

  /** Those that a send can start from: they invite. */
  async listForSends(actor: Actor): Promise<NamedTemplate[]> {
    return (await this.list(actor)).filter(
      ({ name, original, archivedAt }) => name === 'scheduling_invitation' || (!original && !archivedAt),
    );
  }

  async find(actor: Actor, name: string): Promise<NamedTemplate | null> {
    if (isTemplateName(name)) {
      return builtIn(name);
    }
    const custom = await this.dataSource.getRepository(CustomTemplate).findOneBy({ orgId: actor.orgId, name });
    return custom && added(custom);
  }

  /** The version in force. */
  async current(actor: Actor, { name }: NamedTemplate): Promise<TemplateVersion> {
    if (isTemplateName(name)) {
      await this.templates.current(actor, name);
    }
    return (await this.versions.newest(actor, name))!;
  }

  /** The name of the new template, or null where its title is taken. */
  async add(actor: Actor, title: string, content: MailContent): Promise<string | null> {
    if (templateNames.some((name) => defaultTemplates[name].title.toLowerCase() === title.toLowerCase())) {
      return null;
    }
    for (let attempt = 1; ; attempt += 1) {
      const name = nameFor(title, attempt);
      if (isTemplateName(name)) {
        continue;
      }
      try {
        await this.dataSource.transaction(async (manager) => {
          await manager.insert(CustomTemplate, { orgId: actor.orgId, name, title });
          await this.versions.save(actor, name, 0, content, manager);
        });
        return name;
      } catch (error) {
        const constraint = brokenConstraint(error);
        if (constraint === titleTaken) {
          return null;
        }
        if (constraint !== nameTaken) {
          throw error;
        }
      }
    }
  }

  /** Kept with all its versions, and offered to no send any more. */
  async archive(actor: Actor, name: string): Promise<void> {
    await this.turn(actor, name, { from: IsNull(), to: () => 'clock_timestamp()', action: 'template.archived' });
  }

  async takeBack(actor: Actor, name: string): Promise<void> {
    await this.turn(actor, name, { from: Not(IsNull()), to: null, action: 'template.taken-back' });
  }

  private async turn(
    actor: Actor,
    name: string,
    { from, to, action }: { from: FindOperator<Date>; to: (() => string) | null; action: ActivityAction },
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const place = { orgId: actor.orgId, name, archivedAt: from };
      const { affected } = await manager.update(CustomTemplate, place, { archivedAt: to });
      if (affected) {
        await recordActivity(manager, actor, { action, subject: { type: 'template', id: name } });
      }
    });
  }
}

function isTemplateName(name: string): name is TemplateName {
  return (templateNames as readonly string[]).includes(name);
}

function builtIn(name: TemplateName): NamedTemplate {
  const { title, occasion, names, needs, subject, body } = defaultTemplates[name];
  return { name, title, occasion, names, needs, original: { subject, body }, archivedAt: null };
}

function added({ name, title, archivedAt }: CustomTemplate): NamedTemplate {
  const { names, needs } = invitation;
  return {
    name,
    title,
    occasion: 'Yours: a send can start from it.',
    names,
    needs,
    original: null,
    archivedAt,
  };
}

/** `second_interview` of `Second interview`; `template_2` where no letter is left, or the second of its kind. */
function nameFor(title: string, attempt: number): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  return attempt === 1 ? plain || 'template' : `${plain || 'template'}_${attempt}`;
}

function brokenConstraint(error: unknown): string | null {
  const cause = error instanceof QueryFailedError ? (error.driverError as { constraint?: string }) : null;
  return cause?.constraint ?? null;
}
