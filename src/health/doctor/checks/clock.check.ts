import type { ServerCheck } from '../check.js';
import { amber, green, red } from '../finding.js';

const tolerableMs = 2_000;
/** Signed reports of mail are refused from five minutes on. */
const harmfulMs = 60_000;
const todo = 'Have both machines set their clock by NTP.';

export const clockCheck: ServerCheck = {
  of: 'server',
  title: 'Clock',
  needsDatabase: true,
  async examine({ dataSource, now }) {
    const before = now().getTime();
    const [row] = await dataSource.query<{ at: Date }[]>('select clock_timestamp() at');
    const after = now().getTime();
    // The database read its clock at some moment in between.
    const at = row!.at.getTime();
    const offMs = Math.max(0, before - at, at - after);
    const seconds = Math.round(offMs / 100) / 10;
    const text = `This server and the database are ${seconds} s apart.`;
    if (offMs > tolerableMs) {
      return offMs > harmfulMs ? red(text, todo) : amber(text, todo);
    }
    return green('This server and the database have the same time.');
  },
};
