const hourMs = 60 * 60 * 1000;

/** A session ends this long after it was last used, */
export const idleHours = 8;
/** and this long after the sign-in, however much it is used. */
export const absoluteDays = 7;

export const idleMs = idleHours * hourMs;
export const absoluteMs = absoluteDays * 24 * hourMs;
