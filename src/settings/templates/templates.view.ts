import type { NamedTemplate } from '../../email/template-library.service.js';
import type { TemplateVersion } from '../../email/template-versions.service.js';
import { relativeTime } from '../../shared/zoned-time.js';

export const templatesPath = '/app/settings/templates';

export function templatePath(name: string): string {
  return `${templatesPath}/${name}`;
}

export interface TemplateInForce {
  readonly template: NamedTemplate;
  readonly version: TemplateVersion;
}

export function templatesView(all: readonly TemplateInForce[], archived: boolean, timeZone: string) {
  const shown = all.filter(({ template }) => (template.archivedAt !== null) === archived);
  return {
    archived,
    pills: [
      { word: 'In use', count: all.filter(inUse).length, href: templatesPath, current: !archived },
      {
        word: 'Archived',
        count: all.length - all.filter(inUse).length,
        href: `${templatesPath}?show=archived`,
        current: archived,
      },
    ],
    rows: shown.map(({ template, version }) => ({
      href: templatePath(template.name),
      title: template.title,
      occasion: template.occasion,
      version: `Version ${version.version}`,
      saved: savedInWords(version, template, timeZone),
    })),
    choices: all
      .filter(inUse)
      .filter(invites)
      .map(({ template }) => template),
  };
}

/** `Today, 14:01, by Asha Menon`. */
export function savedInWords(
  { version, createdAt, createdBy, authorName }: TemplateVersion,
  { original }: NamedTemplate,
  timeZone: string,
): string {
  const isOriginal = version === 1 && original !== null && createdBy === null;
  return isOriginal
    ? 'As it came with Interlude'
    : `${relativeTime(createdAt, timeZone)}, by ${authorName ?? 'a former member'}`;
}

function inUse({ template }: TemplateInForce): boolean {
  return template.archivedAt === null;
}

function invites({ template }: TemplateInForce): boolean {
  return template.needs.includes('booking_link');
}
