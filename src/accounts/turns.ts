/** Lets so many pieces of work run at once; so many more may wait for their turn, in order. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly mayWait: number,
  ) {}

  /** `null`: too many wait already, and nothing was done. */
  async take<Result>(work: () => Promise<Result>): Promise<Result | null> {
    if (this.running >= this.atOnce) {
      if (this.waiting.length >= this.mayWait) {
        return null;
      }
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) {
        next();
      } else {
        this.running -= 1;
      }
    }
  }
}
