import type { Line } from '../../health/doctor/doctor.service.js';
import type { Colour } from '../../health/doctor/finding.js';
import { clockTime } from '../../shared/zoned-time.js';

const badges: Readonly<Record<Colour, { tone: string; icon: string; word: string }>> = {
  green: { tone: 'good', icon: 'circle-check', word: 'Green' },
  amber: { tone: 'warn', icon: 'triangle-alert', word: 'Amber' },
  red: { tone: 'bad', icon: 'circle-x', word: 'Red' },
  grey: { tone: 'neutral', icon: 'circle-dashed', word: 'Not checked' },
};

export function doctorView(lines: readonly Line[], timeZone: string, now = new Date()) {
  return {
    verdict: verdict(lines),
    at: clockTime(now, timeZone),
    lines: lines.map(({ title, colour, text, todo }) => ({ title, badge: badges[colour], text, todo })),
  };
}

function verdict(lines: readonly Line[]) {
  const count = (colour: Colour) => lines.filter((line) => line.colour === colour).length;
  const [bad, warn] = [count('red'), count('amber')];
  if (bad > 0) {
    const text = warn > 0 ? `${bad} red and ${warn} amber, of ${lines.length}.` : `${bad} red, of ${lines.length}.`;
    return { tone: 'bad', icon: 'circle-x', strong: 'Something is broken.', text };
  }
  return warn > 0
    ? { tone: 'warn', icon: 'triangle-alert', strong: 'Look at this.', text: `${warn} amber, of ${lines.length}.` }
    : { tone: 'good', icon: 'circle-check', strong: 'Everything works.', text: '' };
}
