import { type CalComFailure, unavailableReasons } from './cal-com-failure.js';
import { type CalComRequest, isWrite } from './cal-com-request.js';

/** Only a read that met a passing trouble: a broken connection or a 5xx. A write is never repeated. */
export function mayRepeat(request: CalComRequest<unknown>, failure: CalComFailure): boolean {
  return !isWrite(request) && failure.kind === 'unavailable' && passingTroubles.has(failure.reason);
}

/** Between half and one and a half of the delay, so that many callers do not come back at once. */
export function withJitter(delayMs: number, random = Math.random()): number {
  return Math.round(delayMs * (0.5 + random));
}

const passingTroubles = new Set<string>([unavailableReasons.unreachable, unavailableReasons.ownTrouble]);
