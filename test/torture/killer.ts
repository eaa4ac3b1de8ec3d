import { setTimeout as pause } from 'node:timers/promises';
import type { ResendServer } from '../support/resend-server.js';
import type { Dice } from './dice.js';
import type { Replica } from './replica.js';

const shareAtRandom = 0.15;

/** Kills replicas, most of them while a request of theirs is being dealt with: those leave open what became of it. */
export class Killer {
  kills = 0;
  killsInFlight = 0;

  constructor(
    private readonly replicas: readonly Replica[],
    private readonly resend: ResendServer,
    private readonly dice: Dice,
    /** How many should have been killed by now. */
    private readonly due: () => number,
  ) {}

  get isBehind(): boolean {
    return this.kills < this.due();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(20);
      if (this.isBehind) {
        await this.killOne(signal);
      }
    }
  }

  private async killOne(signal: AbortSignal): Promise<void> {
    const victim = this.dice.chance(shareAtRandom) ? this.anyone() : await this.someoneWaiting(signal);
    if (victim?.isUp) {
      this.kills += 1;
      this.killsInFlight += this.isWaiting(victim) ? 1 : 0;
      await victim.kill();
    }
  }

  private anyone(): Replica | undefined {
    return this.dice.pick(this.replicas.filter(({ isUp }) => isUp));
  }

  /** Somewhere in the life of a request, not always at its beginning. */
  private async someoneWaiting(signal: AbortSignal): Promise<Replica | undefined> {
    while (!signal.aborted) {
      const victim = this.dice.pick(this.replicas.filter((replica) => this.isWaiting(replica)));
      await pause(victim ? this.dice.between(0, 600) : 5);
      if (victim && this.isWaiting(victim)) {
        return victim;
      }
    }
    return undefined;
  }

  private isWaiting({ isUp, name }: Replica): boolean {
    return isUp && [...this.resend.underWay].some(({ headers }) => headers['user-agent'] === name);
  }
}
