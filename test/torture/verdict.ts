import type { SentMail } from '../support/resend-server.js';

/** What the sender believes of one mail. */
export interface StoredMail {
  readonly id: string;
  readonly to: string;
  readonly state: string;
  readonly providerId: string | null;
}

export interface Verdict {
  readonly lost: number;
  readonly doubled: number;
  readonly unknown: number;
  /** Mails whose state does not say what really became of them, each in words. */
  readonly untrue: readonly string[];
}

/** Compares what a sender believes with what the stand-in really took. Bad addresses must get nothing and be told of. */
export function judge(
  stored: readonly StoredMail[],
  sent: readonly SentMail[],
  badAddresses: ReadonlySet<string>,
): Verdict {
  const sentTo = Map.groupBy(sent, ({ to }) => to);
  const known = new Set(stored.map(({ to }) => to));
  const strangers = [...sentTo.keys()].filter((to) => !known.has(to));
  let lost = 0;
  let doubled = 0;
  const untrue = strangers.map((to) => `${to} got a mail that nobody wrote.`);
  for (const mail of stored) {
    const got = sentTo.get(mail.to) ?? [];
    const wanted = badAddresses.has(mail.to) ? 0 : 1;
    lost += got.length < wanted ? 1 : 0;
    doubled += Math.max(0, got.length - 1);
    if (!isTrue(mail, got, wanted)) {
      untrue.push(`${mail.to} is ${mail.state} (${mail.providerId}) and got ${got.length}: ${got.map(({ id }) => id)}`);
    }
  }
  return { lost, doubled, unknown: stored.filter(({ state }) => state === 'unknown').length, untrue };
}

function isTrue(mail: StoredMail, got: readonly SentMail[], wanted: number): boolean {
  return wanted === 1
    ? mail.state === 'accepted' && got.length === 1 && got[0]!.id === mail.providerId && got[0]!.emailId === mail.id
    : mail.state === 'failed' && got.length === 0;
}
