import type { CalComEventType } from '../../cal-com/cal-com-event-type.entity.js';
import { refusal } from './payload.pipe.js';

/** The length to tell Cal.com, which refuses to hear one where there is no choice. */
export function lengthChoice(eventType: CalComEventType, lengthInMinutes: number | undefined): number | null {
  if (lengthInMinutes !== undefined && !eventType.offersLength(lengthInMinutes)) {
    throw refusal([{ field: 'length_in_minutes', message: 'The event type does not offer this length.' }]);
  }
  return eventType.lengthInMinutesOptions.length > 1 ? (lengthInMinutes ?? null) : null;
}
