import { wholeNumberOf, recordOf, textOf } from './answer-values.js';

/** Whose key it is: `GET /v2/me`. */
export interface CalAccount {
  readonly id: number;
  readonly email: string | null;
  readonly name: string | null;
  readonly username: string | null;
  readonly timeZone: string | null;
}

export function readAccount(data: unknown): CalAccount | null {
  const account = recordOf(data);
  const id = wholeNumberOf(account?.['id']);
  if (!account || id === null) return null;
  return {
    id,
    email: textOf(account['email']),
    name: textOf(account['name']),
    username: textOf(account['username']),
    timeZone: textOf(account['timeZone']),
  };
}
