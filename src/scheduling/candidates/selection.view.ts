import { formErrors, type FieldError, type FormErrors } from '../../web/forms.js';
import type { EventTypeChoices } from '../event-type-choices.service.js';
import type { HiddenField, Link, Option } from '../page-parts.view.js';
import { counted, plural } from '../plural.js';
import type { Neighbours } from './candidate-list.service.js';
import type { CandidateRow } from './candidate-row.view.js';
import { writePlaces } from './exceptions.js';
import type { FrozenSelection } from './frozen-selections.service.js';
import { changesView, type ChangesView } from './selection-changes.view.js';
import { frozenWords } from './selection.js';

/** Without script, `select=page|none` comes back by GET with the filters and the event type. */
export interface SelectionView {
  /** `246 selected of 1,204`; `248 candidates` while none is, which stays true where no script counts. */
  readonly text: string;
  /** How many are selected on other pages, and how many candidates there are: for the script that counts. */
  readonly beyond: string;
  readonly of: string;
  /** All that matched are selected, but for exceptions. */
  readonly frozen: boolean;
  /** The name of the boxes in the rows. */
  readonly boxes: string;
  /** `Select all 248 that match`; '' when the page is all there is, or all are selected already. */
  readonly matchingLabel: string;
  /** `Select the 50 on this page`; '' where all that match are selected. */
  readonly pageLabel: string;
  /** Filters and cursor, or the frozen selection with its exceptions on other pages. */
  readonly fields: readonly HiddenField[];
  readonly changes: ChangesView | null;
  /** Cursors of the neighbouring pages, which take the exceptions along; null where there is none. */
  readonly previous: string | null;
  readonly next: string | null;
}

export interface ActionsView {
  readonly possible: boolean;
  /** Why not, in words; '' when it is possible. */
  readonly reason: string;
  /** One for each length where a type offers several: value `123` or `123:45`. */
  readonly eventTypes: readonly Option[];
  readonly canErase: boolean;
}

/** `views/pages/scheduling/candidates/replacement.hbs`: asked before links are replaced; posts `confirm_replace=yes`. */
export interface ReplacementView extends Record<string, unknown> {
  readonly title: string;
  readonly back: Link;
  /** For `confirm_replace`. */
  readonly errors: FormErrors;
  /** `12 of these 15 candidates have an open link.` */
  readonly text: string;
  /** `Replace 12 links`. */
  readonly confirmLabel: string;
  /** The whole choice once more: `selectionFields` with the filters, `event_type_id`, `on_existing=replace`. */
  readonly fields: readonly HiddenField[];
}

export interface SelectionInput extends Neighbours {
  readonly frozen: FrozenSelection | null;
  readonly cursor: string | null;

  /** The filters, for the form to keep. */
  readonly kept: readonly HiddenField[];
  readonly rows: readonly CandidateRow[];
  /** How many match, and how many candidates the organization has. */
  readonly matching: number;
  /** There are at least so many that match. */
  readonly countsAreLeast: boolean;
  readonly all: number;
}

export function selectionView(input: SelectionInput): SelectionView {
  const { frozen, rows, kept, matching } = input;
  const ticked = rows.filter(({ checked }) => checked).length;
  const beyond = frozen ? frozen.count - frozen.except.length - ticked : 0;
  const of = ` of ${counted(input.all)}`;
  const changes = frozen && changesView(frozen.changes);
  return {
    text: frozen || ticked > 0 ? `${counted(beyond + ticked)} selected${of}` : listed(input),
    beyond: String(beyond),
    of,
    frozen: frozen !== null,
    boxes: frozen ? 'ticked[]' : 'invitation_ids[]',
    matchingLabel: labelOfMatching(input, changes !== null),
    pageLabel: matching > rows.length ? `Select the ${rows.length} on this page` : `Select all ${matching}`,
    fields: [...kept, ...(frozen ? frozenFields(frozen) : cursorField(input))],
    changes,
    previous: input.previousCursor,
    next: input.nextCursor,
  };
}

function listed({ matching, countsAreLeast }: SelectionInput): string {
  return countsAreLeast ? `${counted(matching)}+ candidates` : plural(matching, 'candidate');
}

function labelOfMatching({ frozen, matching, rows, countsAreLeast }: SelectionInput, isChanged: boolean): string {
  const all = `all ${counted(matching)}${countsAreLeast ? '+' : ''}`;
  if (frozen) {
    return isChanged ? `Select ${all} that match now` : '';
  }
  return matching > rows.length || countsAreLeast ? `Select ${all} that match` : '';
}

function cursorField({ cursor }: SelectionInput): HiddenField[] {
  return cursor ? [{ name: 'cursor', value: cursor }] : [];
}

/** The boxes of the page say who is left out there. */
function frozenFields({ id, except, places }: FrozenSelection): HiddenField[] {
  const shown = new Set(places.values());
  const words = frozenWords({ id, except: except.filter((place) => !shown.has(place)) });
  return Object.entries({ ...words, shown: writePlaces(shown) }).map(([name, value]) => ({ name, value }));
}

export function selectionErrors(list: readonly FieldError[]): FormErrors {
  return formErrors(['invitation_ids', 'event_type_id', 'length_in_minutes'], list);
}

export function actionsView({ connected, options }: EventTypeChoices, canErase: boolean): ActionsView {
  const reason = connected ? 'Cal.com has no event type that could be booked.' : 'Connect Cal.com first.';
  return { possible: options.length > 0, reason: options.length > 0 ? '' : reason, eventTypes: options, canErase };
}
