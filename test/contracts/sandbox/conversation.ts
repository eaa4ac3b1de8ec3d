import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One recorded call, in the order in which a real server of the community edition was asked. */
export interface RecordedCall {
  readonly name: string;
  readonly at: string;
  readonly method: string;
  readonly target: string;
  /** Whose key was sent (`host`, `other`, `expired`, `unknown`), the header itself, or none. */
  readonly key: string | null;
  readonly version: string | null;
  readonly body: string | null;
  readonly status: number;
  readonly answer: unknown;
  /** Webhooks that arrived before the answer; repeated ones are kept by name only. */
  readonly deliveries?: readonly { readonly trigger: string; readonly payload?: unknown }[];
}

export function readConversation(): RecordedCall[] {
  return readFileSync(join(import.meta.dirname, 'conversation.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedCall);
}

/** The ids that one server gave and the other stands for, so that the same words can be compared. */
export class Translation {
  private readonly pairs: [recorded: string, ours: string][] = [];

  learn(recorded: string, ours: string): void {
    if (recorded !== ours && !this.pairs.some((pair) => pair[0] === recorded)) this.pairs.push([recorded, ours]);
  }

  toOurs(text: string): string {
    return this.pairs.reduce((done, [recorded, ours]) => done.replaceAll(recorded, ours), text);
  }

  toRecorded(text: string): string {
    return this.pairs.reduce((done, [recorded, ours]) => done.replaceAll(ours, recorded), text);
  }
}

const momentary = ['timestamp', 'createdAt', 'updatedAt', 'oneTimePassword', 'bookingId', 'rescheduleId'];

/** An answer without what no second server could repeat: the moment of the call, and a booking's running number. */
export function withoutMoments(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/Current time in UTC\+0: [^,]+/, 'Current time in UTC+0: now');
  if (Array.isArray(value)) return value.map(withoutMoments);
  if (typeof value !== 'object' || value === null) return value;
  const isMomentary = (key: string) => momentary.includes(key) || (key === 'id' && 'uid' in value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isMomentary(key) ? typeof inner : withoutMoments(inner)]),
  );
}
