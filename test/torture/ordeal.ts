import { setTimeout as pause } from 'node:timers/promises';
import type { CrashingPostgres } from './crashing-postgres.js';
import type { CruelResend } from './cruel-resend.js';
import type { Dice } from './dice.js';
import { Killer } from './killer.js';
import type { Replica } from './replica.js';

export interface Scene {
  readonly postgres: CrashingPostgres;
  readonly resend: CruelResend;
  readonly replicas: readonly Replica[];
  readonly mails: number;
  /** How many mails still wait or are on their way; throws while the database is away. */
  pending(): Promise<number>;
}

export interface Plan {
  readonly kills: number;
  readonly restarts: number;
  /** The share of the mails by which all kills are done. */
  readonly killsDoneAt: number;
  readonly deadline: number;
  log(sentence: string): void;
}

export interface Toll {
  readonly kills: number;
  readonly killsInFlight: number;
  readonly restarts: number;
}

const lookEveryMs = 500;
const tellEveryMs = 15_000;

/** Kills and restarts, spread over the progress of the mails, until none of them waits any more. */
export async function endure(scene: Scene, plan: Plan, dice: Dice): Promise<Toll> {
  const { server } = scene.resend;
  const share = () => Math.min(1, server.sent.length / scene.mails);
  /** The first of them while nothing has left. */
  const killsDue = () => Math.min(plan.kills, 1 + Math.floor((share() / plan.killsDoneAt) * plan.kills));
  const killer = new Killer(scene.replicas, server, dice, killsDue);
  scene.resend.mustWait = () => killer.isBehind;
  const end = new AbortController();
  const cruelties = [
    killer.run(end.signal),
    restartAlongTheWay(scene.postgres, plan.restarts, share, dice, end.signal),
  ];
  try {
    await untilNothingIsPending(scene, plan, () => `${killer.kills} kills, ${scene.postgres.restarts} restarts`);
  } finally {
    end.abort();
    await Promise.all(cruelties);
  }
  const { kills, killsInFlight } = killer;
  return { kills, killsInFlight, restarts: scene.postgres.restarts };
}

async function restartAlongTheWay(
  postgres: CrashingPostgres,
  restarts: number,
  share: () => number,
  dice: Dice,
  signal: AbortSignal,
): Promise<void> {
  for (let nth = 1; nth <= restarts && !signal.aborted;) {
    await pause(50);
    if (share() >= nth / (restarts + 1)) {
      await postgres.restart(dice.chance(0.5) ? 0 : dice.between(0, 3_000));
      nth += 1;
    }
  }
}

async function untilNothingIsPending(scene: Scene, plan: Plan, damage: () => string): Promise<void> {
  let toldAt = Date.now();
  for (;;) {
    await pause(lookEveryMs);
    const pending = await scene.pending().catch(() => null);
    if (pending === 0 && scene.resend.server.isIdle) {
      return;
    }
    const stand = `${scene.resend.server.sent.length} of ${scene.mails} accepted, ${pending ?? '?'} pending, ${damage()}`;
    if (Date.now() > plan.deadline) {
      throw new Error(`The time limit passed before every mail was settled: ${stand}.`);
    }
    if (Date.now() > toldAt + tellEveryMs) {
      toldAt = Date.now();
      plan.log(stand);
    }
  }
}
