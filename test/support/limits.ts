import type { DataSource } from 'typeorm';

/** As if all that was counted under this name had come as often as its limit allows. */
export async function useUp(db: DataSource, name: string, tries: number): Promise<void> {
  const used = await db.query<[unknown[], number]>(`update rate_limits set points = $2 where key like $1 || ':%'`, [
    name,
    tries,
  ]);
  if (used[1] === 0) {
    throw new Error(`Nothing was counted as ${name} yet.`);
  }
}

/** The clock of the app is so far ahead of the real one; back to the real one with `jest.restoreAllMocks`. */
export function letMinutesPass(minutes: number): void {
  jest
    .spyOn(Date, 'now')
    .mockImplementation(() => Math.round(performance.timeOrigin + performance.now()) + minutes * 60_000);
}
