/** SQL: when what Cal.com said is too old to be shown. */
export const tooOld = `clock_timestamp() - interval '1 hour'`;
