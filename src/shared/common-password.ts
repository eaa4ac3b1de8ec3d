import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let common: ReadonlySet<string> | null = null;

/** Among the 49,000 that people choose most, in whatever case (zxcvbn's list of leaked passwords). */
export function isCommonPassword(password: string): boolean {
  common ??= readList();
  return common.has(password.trim().toLowerCase());
}

/** Some 20 MB, which only those need who choose a password. */
function readList(): ReadonlySet<string> {
  const { dictionary } = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}
