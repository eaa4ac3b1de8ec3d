import type { CalComEventType } from '../../cal-com/cal-com-event-type.entity.js';
import { warningInWords } from '../../cal-com/event-type-warning-words.js';
import type { EventTypeWarning } from '../../cal-com/event-type-warnings.js';

export interface EventTypeView {
  readonly id: number;
  readonly title: string;
  readonly address: string;
  readonly length: string;
  readonly isDefault: boolean;
  /** Whether its bookings are read; `fixed` where nobody can change that, and the label says why. */
  readonly used: { readonly checked: boolean; readonly fixed: boolean; readonly label: string };
  readonly checks: readonly { tone: string; icon: string; word: string; detail: string }[];
}

interface Use {
  readonly isDefault: boolean;
  /** There are candidates' links for it. */
  readonly isLinked: boolean;
}

export function eventTypeView(eventType: CalComEventType, { isDefault, isLinked }: Use): EventTypeView {
  const warnings = eventType.warningList();
  return {
    id: eventType.eventTypeId,
    title: eventType.title,
    address: eventType.bookingUrl.replace(/^https?:\/\//, ''),
    length: lengthsInWords(eventType),
    isDefault,
    used: {
      checked: eventType.used || isDefault || isLinked,
      fixed: isDefault || isLinked,
      label: isDefault ? 'In use, as default' : isLinked ? 'In use, has links' : 'In use',
    },
    checks: warnings.length > 0 ? warnings.map(checkFor) : [ready],
  };
}

const ready = { tone: 'good', icon: 'check', word: 'Ready', detail: '' };

function checkFor(warning: EventTypeWarning) {
  const { title, detail } = warningInWords(warning);
  if (warning.code === 'hidden') return { tone: 'neutral', icon: 'eye-off', word: title, detail };
  const icon = warning.code === 'needs-confirmation' ? 'hourglass' : 'triangle-alert';
  return { tone: 'warn', icon, word: title, detail };
}

function lengthsInWords({ lengthInMinutes, lengthInMinutesOptions }: CalComEventType): string {
  if (lengthInMinutesOptions.length < 2) return `${lengthInMinutes} min`;
  return `${lengthInMinutesOptions.slice(0, -1).join(', ')} or ${lengthInMinutesOptions.at(-1)} min`;
}
