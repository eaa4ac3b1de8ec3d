import { TOTP } from 'otpauth';
import { SecondFactors } from '../../src/accounts/second-factors.service.js';
import type { TestApp, TestPerson } from './app.js';

const stepMs = 30_000;

/** What the app of that person shows now, or so many steps from now. */
export function codeOf(secret: string, steps = 0): string {
  return new TOTP({ secret }).generate({ timestamp: Date.now() + steps * stepMs });
}

/** Six digits that are the code of no step around now. */
export function wrongCodeOf(secret: string): string {
  const near = new Set([-2, -1, 0, 1, 2].map((steps) => codeOf(secret, steps)));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.has(code))!;
}

/** As if the person had done it on the page; their sessions are over. No code was used yet. */
export async function turnOnFactor(
  { app, db }: Pick<TestApp, 'app' | 'db'>,
  { actor }: Pick<TestPerson, 'actor'>,
): Promise<{ secret: string; codes: readonly string[] }> {
  const factors = app.get(SecondFactors);
  const userId = actor.userId!;
  await factors.begin(userId);
  const secret = (await factors.unconfirmedSecret(userId))!;
  const { codes } = (await factors.confirm(userId, codeOf(secret)))!;
  await forgetUse(db, userId);
  return { secret, codes };
}

/** As if the codes of now had not been used. */
export async function forgetUse(db: TestApp['db'], userId: string): Promise<void> {
  await db.query('update second_factors set last_step = 0 where user_id = $1', [userId]);
}
