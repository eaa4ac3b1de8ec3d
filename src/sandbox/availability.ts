import { DateTime } from 'luxon';
import { type EventType } from './event-type.js';
import { type Host } from './host.js';
import { type SandboxState } from './state.js';

export interface Slot {
  readonly start: Date;
  readonly end: Date;
}

export interface SlotQuery {
  readonly from: Date;
  readonly to: Date;
  readonly lengthInMinutes: number;
  readonly now: Date;
  /** A booking that is about to move does not stand in its own way. */
  readonly movingUid: string | null;
}

/** Free times on the grid of the host's day. Unconfirmed bookings block nothing. */
export function freeSlots(state: SandboxState, eventType: EventType, query: SlotQuery): Slot[] {
  const host = state.hostOf(eventType);
  const earliest = Math.max(query.from.getTime(), earliestStart(eventType, query.now));
  return workingDays(host, query.from, query.to)
    .flatMap((day) => gridOf(day, host, query.lengthInMinutes))
    .filter(({ start }) => start.getTime() >= earliest && start < query.to)
    .filter((slot) => !isTaken(state, host, slot, query.movingUid));
}

export function earliestStart(eventType: EventType, now: Date): number {
  return now.getTime() + eventType.minimumBookingNoticeMinutes * 60_000;
}

/** Any start inside working hours will do, on the grid or not: Cal.com accepts 09:10. */
export function isFree(state: SandboxState, host: Host, slot: Slot, movingUid: string | null): boolean {
  return isWorkingTime(host, slot) && !isTaken(state, host, slot, movingUid);
}

function isTaken(state: SandboxState, host: Host, slot: Slot, movingUid: string | null): boolean {
  return state.bookings.some(
    (booking) =>
      booking.hostId === host.id &&
      booking.status === 'accepted' &&
      booking.uid !== movingUid &&
      Date.parse(booking.start) < slot.end.getTime() &&
      Date.parse(booking.end) > slot.start.getTime(),
  );
}

function isWorkingTime(host: Host, slot: Slot): boolean {
  const day = DateTime.fromJSDate(slot.start, { zone: host.timeZone }).startOf('day');
  const { opens, closes } = openingOf(day, host);
  return day.weekday <= 5 && slot.start >= opens && slot.end <= closes;
}

function workingDays(host: Host, from: Date, to: Date): DateTime[] {
  const days: DateTime[] = [];
  const last = DateTime.fromJSDate(to, { zone: host.timeZone });
  let day = DateTime.fromJSDate(from, { zone: host.timeZone }).startOf('day');
  for (; day <= last; day = day.plus({ days: 1 })) if (day.weekday <= 5) days.push(day);
  return days;
}

function gridOf(day: DateTime, host: Host, lengthInMinutes: number): Slot[] {
  const { opens, closes } = openingOf(day, host);
  const lengthMs = lengthInMinutes * 60_000;
  const count = Math.floor((closes.getTime() - opens.getTime()) / lengthMs);
  return Array.from({ length: count }, (_, index) => ({
    start: new Date(opens.getTime() + index * lengthMs),
    end: new Date(opens.getTime() + (index + 1) * lengthMs),
  }));
}

function openingOf(day: DateTime, host: Host) {
  return {
    opens: day.set({ hour: host.workingHours.from }).toJSDate(),
    closes: day.set({ hour: host.workingHours.to }).toJSDate(),
  };
}
