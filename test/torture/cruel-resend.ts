import { setTimeout as pause } from 'node:timers/promises';
import { failure, ResendServer, type Fault, type ResendRequest } from '../support/resend-server.js';
import type { Dice } from './dice.js';

export const faultKinds = [
  '429',
  '500 before accepting',
  '500 after accepting',
  'reset after accepting',
  'truncated 200',
  'hang',
  'HTML error page',
] as const;

export type FaultKind = (typeof faultKinds)[number];

const longestHoldMs = 3_000;

/** Makes the stand-in for Resend slow and faulty: each kind of fault in this share of its requests. */
export class CruelResend {
  readonly faults: Record<FaultKind, number>;
  /** While it holds, a request is kept waiting, so that somebody can be killed meanwhile. */
  mustWait: () => boolean = () => false;
  private readonly pack: (FaultKind | null)[] = [];

  private constructor(
    readonly server: ResendServer,
    private readonly dice: Dice,
    private readonly faultShare: number,
  ) {
    this.faults = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  }

  static async start(dice: Dice, { faultShare, requestsPerSecond }: { faultShare: number; requestsPerSecond: number }) {
    const server = await ResendServer.start();
    const cruel = new CruelResend(server, dice, faultShare);
    server.keepsRequests = false;
    server.requestsPerSecond = requestsPerSecond;
    server.fault = (request) => cruel.fault(request);
    server.beforeAnswer = (request) => cruel.answer(request);
    return cruel;
  }

  private async fault(request: ResendRequest): Promise<Fault | null> {
    await this.dawdle();
    if (this.dice.chance(0.5)) {
      await this.hold(request);
    }
    if (!this.server.underWay.has(request)) {
      // A request whose sender has died may have been read to its end by then, or not.
      return this.dice.chance(0.5) ? 'reset before' : null;
    }
    const kind = this.drawKind();
    return kind && this.spoiled(kind);
  }

  private async answer(request: ResendRequest): Promise<void> {
    await this.dawdle();
    await this.hold(request);
  }

  private async hold(request: ResendRequest): Promise<void> {
    const giveUpAt = Date.now() + longestHoldMs;
    while (this.mustWait() && this.server.underWay.has(request) && Date.now() < giveUpAt) {
      await pause(10);
    }
  }

  /** As from a pack of cards, so that each kind comes up in a short run too. */
  private drawKind(): FaultKind | null {
    if (this.pack.length === 0) {
      const size = Math.round(1 / this.faultShare);
      this.pack.push(...Array.from({ length: size }, (_, index) => faultKinds[index] ?? null));
    }
    return this.pack.splice(Math.floor(this.dice.between(0, this.pack.length)), 1)[0]!;
  }

  private spoiled(kind: FaultKind): Fault {
    this.faults[kind] += 1;
    switch (kind) {
      case '429':
        return {
          ...failure(429, 'rate_limit_exceeded', 'Too many requests.'),
          headers: { 'retry-after': '1', 'ratelimit-remaining': '0' },
        };
      case '500 before accepting':
        return '500 before';
      case '500 after accepting':
        return '500 after';
      case 'reset after accepting':
        return 'reset after';
      case 'truncated 200':
        return 'truncated after';
      case 'hang':
        return this.dice.chance(0.5) ? 'hang before' : 'hang after';
      case 'HTML error page':
        return '502 html';
    }
  }

  private async dawdle(): Promise<void> {
    await pause(this.dice.between(20, 400));
  }
}
