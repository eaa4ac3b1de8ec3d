import { columnSamples } from './column-samples.js';

describe('the samples of columns', () => {
  it('are the first three different values of each, without the empty ones', async () => {
    expect(await samplesOf(['name,test', 'Ada,Logic', ',Logic', 'Bo,', 'Cy,Go', 'Di,Logic'], 2)).toEqual([
      ['Ada', 'Bo', 'Cy'],
      ['Logic', 'Go'],
    ]);
  });

  it('leave out rows that have other columns or cannot be read', async () => {
    const lines = ['name,test', 'Ada,Logic,Go', 'Bo"x",Go', 'Cy,Art'];
    expect(await samplesOf(lines, 2)).toEqual([['Cy'], ['Art']]);
  });

  it('are cut where they are long, and between letters', async () => {
    const [[sample]] = (await samplesOf(['note', `"${'😀'.repeat(100)}"`], 1)) as [[string]];
    expect(sample).toBe(`${'😀'.repeat(59)}…`);
  });

  it('come of the first rows alone', async () => {
    const late = [...Array.from({ length: 50 }, (_, row) => `Ada ${row},`), 'Bo,Go'];
    expect(await samplesOf(['name,test', ...late], 2)).toEqual([['Ada 0', 'Ada 1', 'Ada 2'], []]);
  });

  it('are those before the place from which a file is no text', async () => {
    const long = 'x'.repeat(1_000);
    const lines = ['name,note', ...Array.from({ length: 20 }, () => `Ada,${long}`), `Bo${'\0'.repeat(40_000)},`];
    expect(await samplesOf(lines, 2)).toEqual([['Ada'], [`${'x'.repeat(59)}…`]]);
  });
});

async function samplesOf(lines: readonly string[], columnCount: number): Promise<string[][]> {
  return columnSamples(bytesOf(lines.join('\n')), columnCount);
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
