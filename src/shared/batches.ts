interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settle: (result: Result) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Does for many at once what costs much for each: what comes while a batch is under way is the next batch. One that
 * comes alone waits for nobody. A batch that fails is tried again item by item, so that one spoils it for no other.
 */
export class Batches<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private running = false;

  /** `run` answers with one result for each item, in their order. */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly most: number,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((settle, fail) => {
      this.waiting.push({ item, settle, fail });
      void this.work();
    });
  }

  private async work(): Promise<void> {
    if (this.running) {
      return;
    }
    this.running = true;
    while (this.waiting.length > 0) {
      await this.settle(this.waiting.splice(0, this.most));
    }
    this.running = false;
  }

  private async settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.run(batch.map(({ item }) => item));
      batch.forEach(({ settle }, index) => settle(results[index]!));
    } catch (error) {
      if (batch.length === 1) {
        batch[0]!.fail(error);
      } else {
        for (const one of batch) {
          await this.settle([one]);
        }
      }
    }
  }
}
