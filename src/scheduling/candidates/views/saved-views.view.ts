import { formErrors, type FormErrors } from '../../../web/forms.js';
import type { HiddenField, Link, Pill } from '../../page-parts.view.js';
import { filterQuery, type CandidateFilter } from '../candidate-filter.js';
import { filterFields, filterSummary } from '../filters.view.js';
import type { ListedView } from './saved-views.service.js';

export const savedViewsPath = '/app/scheduling/views';
const listPath = '/app/scheduling';

/** `views/partials/scheduling/saved-views.hbs`: on the Scheduling page. */
export interface ViewLinks {
  /** Whether there is anything to show. */
  readonly any: boolean;
  readonly links: readonly Pick<Pill, 'href' | 'label' | 'current'>[];
  /** Where what is shown is saved; null where it is a view already, or nothing is filtered. */
  readonly save: string | null;
  /** Where they are renamed and deleted; null without any. */
  readonly all: string | null;
}

/** `views/pages/scheduling/candidates/views.hbs` */
export interface SavedViewsView extends Record<string, unknown> {
  readonly title: string;
  readonly back: Link;
  readonly errors: FormErrors;
  /** Null where there is nothing to save. */
  readonly saving: {
    readonly name: string;
    /** What is shown, in words. */
    readonly summary: string;
    readonly fields: readonly HiddenField[];
    readonly canShare: boolean;
    readonly isShared: boolean;
  } | null;
  readonly rows: readonly SavedViewRow[];
}

export interface SavedViewRow {
  readonly href: string;
  readonly name: string;
  /** `Shared` or `Only yours`. */
  readonly kind: string;
  readonly canChange: boolean;
  readonly path: string;
  /** Of the field to rename it. */
  readonly field: string;
  readonly typed: string;
  readonly error: string;
}

/** A name that was refused, and the field it was typed in. */
export interface TypedName {
  readonly field: string;
  readonly name: string;
  readonly message: string;
}

export interface SavedViewsInput {
  readonly views: readonly ListedView[];
  readonly filter: CandidateFilter;
  /** Of the assessment that is filtered by. */
  readonly assessmentTitle: string | null;
  readonly canShare: boolean;
  readonly isShared: boolean;
  readonly typed: TypedName | null;
}

export function renameField(id: string): string {
  return `name-${id}`;
}

export function viewLinks(views: readonly ListedView[], filter: CandidateFilter): ViewLinks {
  const query = filterQuery(filter);
  const links = views.map((view) => ({
    href: listPath + filterQuery(view.filter),
    label: view.name,
    current: filterQuery(view.filter) === query,
  }));
  const save = query && !links.some(({ current }) => current) ? savedViewsPath + query : null;
  return {
    any: links.length > 0 || save !== null,
    links,
    save,
    all: links.length > 0 ? savedViewsPath : null,
  };
}

export function savedViewsView(input: SavedViewsInput): SavedViewsView {
  const { views, filter, canShare, isShared, typed } = input;
  const fields = filterFields(filter);
  return {
    title: 'Saved views',
    back: { href: listPath + filterQuery(filter), label: 'Scheduling' },
    errors: formErrors(['name'], typed ? [{ field: typed.field, message: typed.message }] : []),
    saving:
      fields.length > 0 || typed?.field === 'name'
        ? {
            name: typed?.field === 'name' ? typed.name : '',
            summary: filterSummary(filter, input.assessmentTitle) || 'All candidates',
            fields,
            canShare,
            isShared,
          }
        : null,
    rows: views.map((view) => row(view, typed)),
  };
}

function row({ id, name, shared, filter, canChange }: ListedView, typed: TypedName | null): SavedViewRow {
  const field = renameField(id);
  const isTyped = typed?.field === field;
  return {
    href: listPath + filterQuery(filter),
    name,
    kind: shared ? 'Shared' : 'Only yours',
    canChange,
    path: `${savedViewsPath}/${id}`,
    field,
    typed: isTyped ? typed.name : name,
    error: isTyped ? typed.message : '',
  };
}
