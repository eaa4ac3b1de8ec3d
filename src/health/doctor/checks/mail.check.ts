import type { ServerCheck } from '../check.js';
import { amber, type Finding, green, red } from '../finding.js';

export const mailCheck: ServerCheck = {
  of: 'server',
  title: 'Mail',
  needsDatabase: false,
  async examine({ mail }, actors) {
    const { state, text, todo } = await mail.examine();
    if (state !== 'good') {
      return state === 'bad' ? red(text, todo) : amber(text, todo);
    }
    // Without an organization there is no database that could tell of a pause.
    return (actors.length > 0 ? await pausedFinding(mail) : null) ?? green(text);
  },
};

async function pausedFinding(mail: { pause(): Promise<{ reason: string } | null> }): Promise<Finding | null> {
  const pause = await mail.pause();
  return pause && amber(`Sending pauses. ${pause.reason}`, 'Interlude tries again by itself; see Settings, Mail.');
}
