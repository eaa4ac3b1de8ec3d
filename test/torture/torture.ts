import { until } from '../support/until.js';
import { AppScene } from './app-scene.js';
import { CrashingPostgres } from './crashing-postgres.js';
import { CruelResend } from './cruel-resend.js';
import { Dice } from './dice.js';
import { NaiveScene } from './naive-scene.js';
import { endure, type Plan, type Scene, type Toll } from './ordeal.js';
import { judge, type StoredMail, type Verdict } from './verdict.js';

export interface Torture extends Omit<Plan, 'deadline'> {
  readonly seed: number;
  readonly mails: number;
  readonly replicas: number;
  /** Of each kind of fault, in all requests to Resend. */
  readonly faultShare: number;
  readonly requestsPerSecond: number;
  readonly timeLimitMs: number;
  /** Without care for the disk. */
  readonly fast: boolean;
}

export interface TortureReport extends Toll, Verdict {
  readonly seed: number;
  readonly mails: number;
  readonly requests: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly replays: number;
  readonly limited: number;
  readonly concurrent: number;
  readonly seconds: number;
  /** Replicas that ended by themselves, in their own words. */
  readonly falls: readonly string[];
  /** What the page says in the end: mails by state. */
  readonly counts: Readonly<Record<string, number>>;
}

const restartedWithinMs = 60_000;

/** A scene with somebody in it who has something to send. */
interface Play extends Scene {
  begin(): Promise<void>;
  stored(): Promise<StoredMail[]>;
  counts(): Promise<Record<string, number>>;
  leave(): Promise<void>;
}

/** The built app sends to everybody while all that can break does. */
export async function tortureApp(torture: Torture): Promise<TortureReport> {
  const dice = new Dice(torture.seed);
  const addresses = dice.for('addresses');
  return onStage(torture, dice, (postgres, resend) => AppScene.set(postgres, resend, { ...torture, dice: addresses }));
}

/** The same for a sender that does without frozen batches: it shows that the torture finds what goes wrong. */
export async function tortureNaive(torture: Torture): Promise<TortureReport> {
  const dice = new Dice(torture.seed).for('naive');
  return onStage(torture, dice, async (postgres, resend) => new NaiveScene(postgres, resend, torture));
}

async function onStage(
  torture: Torture,
  dice: Dice,
  set: (postgres: CrashingPostgres, resend: CruelResend) => Promise<Play>,
): Promise<TortureReport> {
  const postgres = await CrashingPostgres.start(torture);
  const resend = await CruelResend.start(dice.for('faults'), torture);
  try {
    const play = await set(postgres, resend);
    try {
      return await perform(play, torture, dice.for('kills'));
    } finally {
      await play.leave();
    }
  } finally {
    await resend.server.stop();
    await postgres.stop();
  }
}

async function perform(play: Play, torture: Torture, dice: Dice): Promise<TortureReport> {
  await play.begin();
  const { server, faults } = play.resend;
  const startedAt = Date.now();
  const toll = await endure(play, { ...torture, deadline: startedAt + torture.timeLimitMs }, dice);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  await until(
    () => play.replicas.filter(({ isUp }) => !isUp).length,
    (down) => down === 0,
    restartedWithinMs,
  );
  const { replays, limited, concurrent, received: requests } = server;
  return {
    ...toll,
    ...judge(await play.stored(), server.sent, server.badAddresses),
    seed: torture.seed,
    mails: play.mails,
    requests,
    faults,
    replays,
    limited,
    concurrent,
    seconds,
    falls: play.replicas.flatMap((replica) => replica.falls),
    counts: await play.counts(),
  };
}
