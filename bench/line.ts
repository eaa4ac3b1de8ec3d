/** One line of the table: a figure that is already a ratio, and what it must be. */
export interface Line {
  readonly what: string;
  readonly figure: number;
  /** Null where nothing is promised. */
  readonly bound: { readonly atLeast: number } | { readonly atMost: number } | null;
  /** What the figure is a ratio to, measured or known in the same run. */
  readonly against: string;
}

export function passes({ figure, bound }: Line): boolean {
  return bound === null || ('atLeast' in bound ? figure >= bound.atLeast : figure <= bound.atMost);
}

export function table(lines: readonly Line[]): string {
  const rows = [
    ['', 'figure', 'bound', '', 'against'],
    ...lines.map((line) => [
      line.what,
      shown(line.figure),
      shownBound(line.bound),
      line.bound === null ? '' : passes(line) ? 'pass' : 'FAIL',
      line.against,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function shown(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(3);
}

function shownBound(bound: Line['bound']): string {
  if (bound === null) {
    return '-';
  }
  return 'atLeast' in bound ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`;
}
