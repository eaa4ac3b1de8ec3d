import { IANAZone } from 'luxon';
import { domainToASCII } from 'node:url';
import { isEmailAddress } from './email-address.js';
import type { InvitationColumn } from './invitation-header.js';
import { invitationStatuses, type InvitationStatus } from './invitation.entity.js';
import { quoted, readLabel, readPlainText, type PlainText } from './plain-text.js';
import { SubmissionTimes } from './submission-times.js';

/** What a file or a program says about one invitation. `null` is *not said*: a new row gets the default, an old one keeps its value. */
export interface InvitationRow {
  readonly name: string;
  readonly email: string;
  readonly assessment: string;
  readonly status: InvitationStatus | null;
  readonly submittedAt: Date | null;
  readonly timeZone: string | null;
  readonly externalId: string | null;
}

export type InvitationValues = Partial<Record<InvitationColumn, string>>;
export type ReadInvitation = { ok: true; row: InvitationRow } | { ok: false; reason: string };

export const longestTitle = 200;
const longestName = 200;
const longestExternalId = 200;

/** Reads the values of one row; every fault is a sentence in plain words, and the reason is all of them. */
export class InvitationReader {
  private readonly knownZones = new Map<string, string>();

  private readonly times: SubmissionTimes;

  constructor(orgTimeZone: string) {
    this.times = new SubmissionTimes(orgTimeZone);
  }

  read(values: InvitationValues): ReadInvitation {
    const faults: string[] = [];
    const cell = (column: InvitationColumn) => values[column]?.trim() ?? '';
    const optional = <Value>(column: InvitationColumn, read: (text: string) => Value | null) =>
      cell(column) === '' ? null : read(cell(column));
    const kept = (text: PlainText) => (text.ok ? text.text : (faults.push(text.fault), ''));
    const row: InvitationRow = {
      name: kept(readLabel(cell('name'), 'The name', longestName)),
      email: readEmail(cell('email'), faults),
      assessment: kept(readLabel(cell('assessment'), 'The assessment', longestTitle)),
      status: optional('status', (word) => readStatus(word, faults)),
      submittedAt: optional('submitted_at', (time) => this.readSubmittedAt(time, faults)),
      timeZone: optional('time_zone', (zone) => this.readZone(zone, faults)),
      externalId: optional('external_id', (id) => kept(readPlainText(id, 'The external_id', longestExternalId))),
    };
    return faults.length === 0 ? { ok: true, row } : { ok: false, reason: faults.join(' ') };
  }

  private readSubmittedAt(text: string, faults: string[]): Date | null {
    const time = this.times.read(text);
    return time.ok ? time.at : (faults.push(`The submitted_at ${quoted(text)} ${time.fault}.`), null);
  }

  /** Asking whether a zone exists is slow, and a file names the same few again and again. */
  private readZone(text: string, faults: string[]): string | null {
    const zone = this.knownZones.get(text) ?? zoneNamed(text);
    if (!zone) {
      faults.push(`The time zone ${quoted(text)} is unknown; write it as Europe/Berlin or America/New_York.`);
      return null;
    }
    this.knownZones.set(text, zone);
    return zone;
  }
}

function readEmail(text: string, faults: string[]): string {
  if (text === '') {
    faults.push('The e-mail address is missing.');
  } else if (!isEmailAddress(text)) {
    faults.push(`${quoted(text)} is not an e-mail address that can be written to${addressHint(text)}.`);
  }
  return text;
}

function addressHint(text: string): string {
  const [local = '', domain = ''] = text.split('@');
  const inAscii = domainToASCII(domain);
  if (/\s/.test(text)) {
    return ': it contains a space';
  }
  return inAscii !== domain && isEmailAddress(`${local}@${inAscii}`) ? `; write its domain as ${inAscii}` : '';
}

function readStatus(text: string, faults: string[]): InvitationStatus | null {
  const status = invitationStatuses.find((word) => word === text.toLowerCase());
  if (!status) {
    faults.push(`The status ${quoted(text)} is unknown; write one of ${invitationStatuses.join(', ')}.`);
  }
  return status ?? null;
}

/** Region and city, or UTC: offsets and abbreviations (EST is Panama's hour all year) would put an interview an hour off. */
function zoneNamed(text: string): string | null {
  if (/^(utc|gmt)$/i.test(text)) {
    return 'UTC';
  }
  if (!text.includes('/') || !IANAZone.isValidZone(text)) {
    return null;
  }
  const official = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  return official.toLowerCase() === text.toLowerCase() ? official : text;
}
