import { orgView } from '../../scheduling/links/candidate-link.view.js';
import { brandColor, contrast, readHexColor } from '../../shared/brand-color.js';
import { knownZones } from '../../shared/known-zones.js';
import { zoneInWords } from '../../shared/zoned-time.js';
import type { Flash } from '../../web/flash.js';
import { organizationFields, type OrganizationForm, type Profile } from './organization.form.js';

/** Near the accent of `interlude.css`; a picker takes six hex digits alone. */
const ownColor = '#434db7';

/** `typed` stands in the fields, `stored` is in force. */
export function organizationView(typed: OrganizationForm, stored: Profile, now = new Date()) {
  return {
    form: Object.fromEntries(
      organizationFields.map((field) => [field, typeof typed[field] === 'string' ? typed[field] : '']),
    ),
    picked: (typeof typed.brandColor === 'string' && readHexColor(typed.brandColor)) || stored.brandColor || ownColor,
    zones: knownZones,
    zoneHint: `Now ${zoneInWords(stored.timeZone, now)}. Type a city to find another.`,
    sample: {
      ...orgView({ orgName: stored.name, orgColor: stored.brandColor }),
      about: stored.brandColor ? colorInWords(stored.brandColor) : 'This is Interlude’s own colour.',
    },
  };
}

export function savedFlash(before: Profile, { name, timeZone }: Profile, now = new Date()): Flash {
  const changes = [
    before.name === name
      ? ''
      : `Pages and mails from now on say ${name}; mails already on their way keep the old name.`,
    before.timeZone === timeZone
      ? ''
      : `Hours are now told in ${zoneInWords(timeZone, now)}. Interviews stay at the moment they were booked for.`,
  ];
  return { tone: 'good', strong: 'Saved.', text: changes.filter(Boolean).join(' ') };
}

/** What became of a colour so that everybody can read it. */
function colorInWords(hex: string): string {
  const { text, onLight } = brandColor(hex);
  const words = text === '#ffffff' ? 'White' : 'Black';
  const onColor = `${words} text on ${hex} has a contrast of ${contrast(text, hex).toFixed(1)} to 1.`;
  const asLink =
    onLight === hex
      ? 'Links have the same colour.'
      : `As a link on white it would have ${contrast(hex, '#ffffff').toFixed(1)} to 1, and 4.5 is needed: links and outlines are darkened to ${onLight}.`;
  return `${onColor} ${asLink} Dark screens get a lighter shade where one is needed.`;
}
