import { setTimeout as pause } from 'node:timers/promises';

export interface RunningProcess {
  /** When it has ended, whatever ended it. */
  readonly ended: Promise<unknown>;
  /** What it wrote, for the report, should it end by itself. */
  lastWords(): string;
  kill(): Promise<void>;
}

const betweenStartsMs = 200;

/** One place in the fleet: whatever ends its process, another one is started at once, as a supervisor would. */
export class Replica {
  /** Ends that nobody had asked for, and starts that failed without excuse, in its own words. */
  readonly falls: string[] = [];
  private running: RunningProcess | null = null;
  private killed = false;
  private stopped = false;
  private supervision: Promise<void> = Promise.resolve();

  constructor(
    /** As it calls itself towards Resend. */
    readonly name: string,
    private readonly start: () => Promise<RunningProcess>,
    /** Whether a start that began then may fail: the database was away. */
    private readonly mayFail: (since: number) => boolean,
  ) {}

  get isUp(): boolean {
    return this.running !== null && !this.killed;
  }

  /** Throws if it cannot even start once. */
  async open(): Promise<void> {
    this.running = await this.start();
    this.supervision = this.supervise();
  }

  async kill(): Promise<void> {
    this.killed = true;
    await this.running?.kill();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running?.kill();
    await this.supervision;
    await this.running?.kill();
  }

  private async supervise(): Promise<void> {
    while (!this.stopped) {
      await this.running?.ended;
      if (this.running && !this.killed && !this.stopped) {
        this.falls.push(this.running.lastWords());
      }
      this.running = null;
      this.killed = false;
      if (!this.stopped) {
        await this.startAgain();
      }
    }
  }

  private async startAgain(): Promise<void> {
    const since = Date.now();
    try {
      this.running = await this.start();
    } catch (error) {
      if (!this.mayFail(since)) {
        this.falls.push((error as Error).message);
      }
      await pause(betweenStartsMs);
    }
  }
}

/** All at the same moment; those that started can be stopped even if one did not. */
export async function openAll(replicas: readonly Replica[]): Promise<void> {
  const results = await Promise.allSettled(replicas.map((replica) => replica.open()));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) {
    throw failure.reason;
  }
}
