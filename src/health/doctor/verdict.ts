import type { Line } from './doctor.service.js';
import type { Colour } from './finding.js';

/** 0: all green. 1: something is amber, and nothing red. 2: something is red. */
export function exitCodeOf(lines: readonly { readonly colour: Colour }[]): 0 | 1 | 2 {
  const has = (colour: Colour) => lines.some((line) => line.colour === colour);
  return has('red') ? 2 : has('amber') ? 1 : 0;
}

const words: Readonly<Record<Colour, string>> = { green: 'green', amber: 'AMBER', red: 'RED', grey: '-' };

/** For a terminal: one line each, and what to do below it. */
export function linesAsText(lines: readonly Line[]): string[] {
  const several = new Set(lines.map(({ organization }) => organization)).size > 2;
  return lines.flatMap(({ colour, title, organization, text, todo }) => {
    const whose = several && organization ? ` of ${organization}` : '';
    return [`${words[colour].padEnd(6)} ${title}${whose}: ${text}`, ...(todo ? [`       -> ${todo}`] : [])];
  });
}
