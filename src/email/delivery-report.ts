import type { Email, EmailState } from './email.entity.js';
import type { SuppressionCause } from './suppression.entity.js';

export type ReportedState = Extract<
  EmailState,
  'accepted' | 'delayed' | 'failed' | 'suppressed' | 'delivered' | 'bounced' | 'complained'
>;

/** What a provider tells of a mail after it took it. */
export interface DeliveryReport {
  /** Our own id, as it came back with the mail. */
  readonly emailId: string | null;
  readonly providerId: string;
  readonly state: ReportedState;
  readonly reasonCode: string | null;
  /** In plain words, on one line. */
  readonly reason: string | null;
  /** Set where nothing should go to the address any more. */
  readonly suppression: Exclude<SuppressionCause, 'opt_out'> | null;
  readonly receivedAt: Date;
  /** When it happened, by the provider's clock; null where that cannot be read. */
  readonly at: Date | null;
  /** When the provider took the mail: the same in each report about it. */
  readonly sentAt: Date | null;
}

export type DatedReport = DeliveryReport & { readonly at: Date; readonly sentAt: Date };

/** What reports may change of an email. */
export type Standing = Pick<Email, 'state' | 'reasonCode' | 'reason' | 'providerId' | 'sentAt' | 'stateAt'>;

const ranks: Readonly<Record<ReportedState, number>> = {
  accepted: 0,
  delayed: 1,
  failed: 2,
  suppressed: 3,
  delivered: 4,
  bounced: 5,
  complained: 6,
};
const bounceCodes = ['bounce_transient', 'bounce_undetermined', 'bounce_permanent'];
const mayNeverHaveLeft = new Set<EmailState>(['draft', 'skipped', 'cancelled']);

/** With times that make sense: not before the mail was written, nor after we were told. */
export function dated(report: DeliveryReport, writtenAt: Date): DatedReport {
  const { receivedAt } = report;
  const makesSense = (time: Date | null): time is Date => time !== null && time >= writtenAt && time <= receivedAt;
  const at = makesSense(report.at) ? report.at : receivedAt;
  return { ...report, at, sentAt: makesSense(report.sentAt) ? report.sentAt : at };
}

/** Under an id of the provider's. If not, the end of its last attempt is still open, or it was refused. */
export function isWithProvider({ state, providerId }: Pick<Standing, 'state' | 'providerId'>): boolean {
  return state in ranks && providerId !== null;
}

/**
 * For reports about one attempt. They come late, repeatedly and in any order: the strongest stands. A mail not yet
 * known to be with the provider is so from the first report on: it went out, and the answer to us was lost.
 */
export function standingAfter(standing: Standing, report: DatedReport): Standing {
  const { state, reasonCode, reason, at: stateAt } = report;
  const told = { state, reasonCode, reason, stateAt };
  if (isWithProvider(standing)) {
    return isStronger(report, standing) ? { ...standing, ...told } : standing;
  }
  return mayNeverHaveLeft.has(standing.state) && standing.sentAt === null
    ? standing
    : { ...told, providerId: report.providerId, sentAt: report.sentAt };
}

/** Of two that say the same, the earlier one. */
function isStronger(report: DatedReport, standing: Standing): boolean {
  const stronger =
    rank(report) - rank(standing) ||
    standing.stateAt.getTime() - report.at.getTime() ||
    Number((report.reason ?? '') < (standing.reason ?? ''));
  return stronger > 0;
}

function rank({ state, reasonCode }: Pick<Standing, 'state' | 'reasonCode'>): number {
  return 10 * ranks[state as ReportedState] + bounceCodes.indexOf(reasonCode ?? '');
}
