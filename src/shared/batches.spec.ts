import { Batches } from './batches.js';

describe('batches', () => {
  /** Doubles numbers, a moment later; `odd` is what it cannot do. */
  function doubling({ odd, most = 100 }: { odd?: number; most?: number } = {}) {
    const runs: number[][] = [];
    const batches = new Batches<number, number>(async (items) => {
      runs.push([...items]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (items.includes(odd ?? Number.NaN)) {
        throw new Error(`not ${odd}`);
      }
      return items.map((item) => item * 2);
    }, most);
    return { batches, runs };
  }

  it('run one that comes alone at once', async () => {
    const { batches, runs } = doubling();
    const first = batches.add(1);
    expect(runs).toEqual([[1]]);
    expect(await first).toBe(2);
    expect(await batches.add(2)).toBe(4);
    expect(runs).toEqual([[1], [2]]);
  });

  it('gather what comes while one is under way, and give each its own result', async () => {
    const { batches, runs } = doubling();
    expect(await Promise.all([1, 2, 3, 4].map((item) => batches.add(item)))).toEqual([2, 4, 6, 8]);
    expect(runs).toEqual([[1], [2, 3, 4]]);
  });

  it('are no larger than allowed', async () => {
    const { batches, runs } = doubling({ most: 2 });
    await Promise.all([1, 2, 3, 4].map((item) => batches.add(item)));
    expect(runs).toEqual([[1], [2, 3], [4]]);
  });

  it('fail only for the one to blame, and go on', async () => {
    const { batches, runs } = doubling({ odd: 3 });
    const settled = await Promise.allSettled([1, 2, 3, 4].map((item) => batches.add(item)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(runs).toEqual([[1], [2, 3, 4], [2], [3], [4]]);
    expect(await batches.add(5)).toBe(10);
  });
});
