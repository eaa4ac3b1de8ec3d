import type { SuppressionCause } from '../../email/suppression.entity.js';
import type { ListedSuppression, SuppressionDetails } from '../../email/suppressions.service.js';
import { fullTime } from '../../shared/zoned-time.js';
import type { Flash } from '../../web/flash.js';
import { causes, suppressionRow } from './suppressions.view.js';

const meanings: Readonly<Record<SuppressionCause, string>> = {
  bounce: 'The provider of this mailbox says that it does not exist or takes no mail.',
  complaint: 'Somebody marked a mail to this address as spam.',
  opt_out: 'This person asked for no more mail.',
};

const warnings: Readonly<Record<SuppressionCause, string>> = {
  bounce: 'If it still bounces, that counts against your sending domain. Lift this once the address is known to work.',
  complaint: 'A second complaint counts against your sending domain. Lift this once the person wants mail again.',
  opt_out:
    'Lift this only if they have asked to be written to again: to write to them against their will is unlawful in many places.',
};

export function suppressionView({ suppression, others }: SuppressionDetails, timeZone: string) {
  const { cause, createdAt, liftedAt, detail, id } = suppression;
  return {
    id,
    address: suppression.address,
    cause: causes[cause],
    meaning: meanings[cause],
    since: fullTime(createdAt, timeZone),
    detail: detail ?? '',
    warning: warnings[cause],
    strongWarning: cause === 'opt_out',
    inForce: liftedAt === null,
    lifted: liftedAt && { ...suppressionRow(suppression, timeZone).lifted, at: fullTime(liftedAt, timeZone) },
    others: others.map((other) => suppressionRow(other, timeZone)),
  };
}

/** Said after the lifting; `lifted` is false where somebody else was faster. */
export function liftedFlash({ suppression, others }: SuppressionDetails, lifted: boolean): Flash {
  if (!lifted) return { tone: 'info', strong: 'Nothing was changed.', text: 'It was lifted already.' };
  const still = others.filter(({ liftedAt }) => liftedAt === null).map(causeInWords);
  return still.length > 0
    ? { tone: 'warn', strong: 'Lifted.', text: `${suppression.address} still gets no mail: ${still.join(', ')}.` }
    : { tone: 'good', strong: 'Lifted.', text: `${suppression.address} may get mail again, from the next send on.` };
}

function causeInWords({ cause }: ListedSuppression): string {
  return causes[cause].word.toLowerCase();
}
