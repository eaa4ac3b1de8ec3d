import { usesHttps } from '../../../config/settings.js';
import type { ServerCheck } from '../check.js';
import { amber, green, red } from '../finding.js';

const answersWithinMs = 4_000;
const lookAtProxy = 'Check PUBLIC_URL, DNS and the proxy in front of the app.';

export const publicUrlCheck: ServerCheck = {
  of: 'server',
  title: 'Public address',
  needsDatabase: false,
  async examine({ settings }) {
    const { publicUrl } = settings;
    const answer = await fetch(`${publicUrl}/healthz`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(answersWithinMs),
    }).catch(() => null);
    if (!answer) {
      return red(`${publicUrl} cannot be reached from here.`, lookAtProxy);
    }
    if (answer.status >= 300 && answer.status < 400) {
      return red(
        `${publicUrl} leads to another address.`,
        'Set PUBLIC_URL to the address where the app itself answers.',
      );
    }
    const body: unknown = await answer.json().catch(() => null);
    if ((body as { status?: unknown } | null)?.status !== 'ok') {
      return red(`Something else answers at ${publicUrl}.`, lookAtProxy);
    }
    return usesHttps(settings)
      ? green(`${publicUrl} answers, over https.`)
      : amber(
          `${publicUrl} answers, without https.`,
          'Put a proxy with https in front and set PUBLIC_URL to its address.',
        );
  },
};
