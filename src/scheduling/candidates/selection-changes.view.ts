import type { Link, Prompt } from '../page-parts.view.js';
import { counted } from '../plural.js';
import { candidateHref } from './candidate-place.js';
import { mostExceptions } from './exceptions.js';
import type { FrozenSelection, SelectionChanges } from './frozen-selections.service.js';

/** `views/partials/scheduling/selection-changes.hbs`: what became of a selection since it was made. */
export interface ChangesView {
  /** `248 matched when you selected them; 3 have changed since.` */
  readonly strong: string;
  readonly text: string;
  /** Some of those that match no more. */
  readonly names: readonly Link[];
  readonly more: string;
}

export const tooManyLeftOut = `At most ${mostExceptions} can be left out one by one.`;

export function changesView(changes: SelectionChanges): ChangesView | null {
  const { gone, names } = changes;
  const [strong, text] = sentences(changes) ?? [];
  return strong && text
    ? {
        strong,
        text,
        names: names.map(({ id, name }) => ({ href: candidateHref(id), label: name })),
        more: gone > names.length ? `and ${counted(gone - names.length)} more` : '',
      }
    : null;
}

/** The same for what is said after an action; '' where nothing changed. */
export function changesInWords(changes: SelectionChanges): string {
  return sentences(changes)?.join(' ') ?? '';
}

function sentences({ count, gone, came }: SelectionChanges): [string, string] | null {
  const changed = gone + came;
  if (changed === 0) {
    return null;
  }
  const stays = `${counted(gone)} no longer ${gone === 1 ? 'matches and stays' : 'match and stay'} selected`;
  const comes = `${counted(came)} ${came === 1 ? 'matches now and is' : 'match now and are'} not selected`;
  const parts = [...(gone > 0 ? [stays] : []), ...(came > 0 ? [comes] : [])];
  return [
    `${counted(count)} matched when you selected them; ${counted(changed)} ${changed === 1 ? 'has' : 'have'} changed since.`,
    `${parts.join('; ')}.`,
  ];
}

export interface SelectionTrouble {
  readonly frozen: Pick<FrozenSelection, 'except'> | null;
  readonly lostSelection: boolean;
}

/** Why the selection that was asked for cannot be acted on. */
export function selectionAlarms({ frozen, lostSelection }: SelectionTrouble): Prompt[] {
  const shape = { tone: 'warn', icon: 'list-x', action: null, urgent: false } as const;
  return [
    ...(lostSelection ? [{ ...shape, strong: 'This selection is not kept any more.', text: 'Select again.' }] : []),
    ...(frozen && frozen.except.length > mostExceptions
      ? [{ ...shape, strong: tooManyLeftOut, text: 'Narrow the filters instead.' }]
      : []),
  ];
}
