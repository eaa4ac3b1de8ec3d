import { Turns } from './turns.js';

describe('turns', () => {
  it('lets no more than so many run at once, in the order they came', async () => {
    const turns = new Turns(2, 10);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const work = async (name: number) => {
      begun.push(name);
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
    };
    await Promise.all([1, 2, 3, 4, 5].map((name) => turns.take(() => work(name))));
    expect([begun, most, running]).toEqual([[1, 2, 3, 4, 5], 2, 0]);
  });

  it('sends away whom it has no room for', async () => {
    const turns = new Turns(1, 1);
    const answers = await Promise.all(['first', 'second', 'third'].map((name) => turns.take(async () => name)));
    expect(answers).toEqual(['first', 'second', null]);
  });

  it('goes on after a failure', async () => {
    const turns = new Turns(1, 1);
    const [failed, next] = await Promise.allSettled([
      turns.take(() => Promise.reject(new Error('broken'))),
      turns.take(async () => 'next'),
    ]);
    expect([failed.status, next]).toEqual(['rejected', { status: 'fulfilled', value: 'next' }]);
    expect(await turns.take(async () => 'later')).toBe('later');
  });
});
