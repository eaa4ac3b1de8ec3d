import type { ValueTransformer } from 'typeorm';

/** Cal.com's own ids are numbers; Postgres hands a `bigint` over as text. */
export const calIdColumn: ValueTransformer = {
  to: (id: unknown) => id,
  from: (stored: string | null) => (stored === null ? null : Number(stored)),
};
