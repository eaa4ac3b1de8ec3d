/**
 * SQL: a new id that begins with the time (UUID version 7). Many that are made together stand together in each index
 * over them, where those made by chance would change as many of its pages as there are rows.
 */
export const orderedId = `(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
  || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid`;
