import type { FormErrors } from '../../web/forms.js';
import { zoneInWords } from '../../shared/zoned-time.js';
import type { TransportHealth } from '../../email/transports/transport-health.js';
import type { EventTypeChoices } from '../event-type-choices.service.js';
import type { Capacity } from '../free-times/capacity.service.js';
import { capacityAlarms, capacityLines } from '../free-times/capacity.view.js';
import type { OpenRequest } from '../requests/candidate-requests.service.js';
import type { HiddenField, Pager, Pill, Prompt } from '../page-parts.view.js';
import { filterQuery } from './candidate-filter.js';
import type { CandidatePage } from './candidate-list.service.js';
import type { CandidateSort } from './candidate-order.js';
import { candidateRow, type CandidateRow } from './candidate-row.view.js';
import { filterFields, filtersView, pills, totalOf, type FiltersInput, type FiltersView } from './filters.view.js';
import { firstSteps, type FirstStep } from './first-steps.view.js';
import type { FrozenSelection } from './frozen-selections.service.js';
import { selectionAlarms } from './selection-changes.view.js';
import { actionsView, selectionView, type ActionsView, type SelectionView } from './selection.view.js';
import type { ListedView } from './views/saved-views.service.js';
import { viewLinks, type ViewLinks } from './views/saved-views.view.js';

/** `views/pages/scheduling/candidates/index.hbs`: the Scheduling page. */
export interface CandidatesView extends Record<string, unknown> {
  readonly title: string;
  /** `Times are in Berlin, CET (UTC+1)`. */
  readonly sub: string;
  /** Schedulers tick and act; viewers only read. */
  readonly canAct: boolean;
  /** The list as a file; '' for viewers, who take nothing along. */
  readonly exportHref: string;
  /** The filters once more, for the small forms in the rows. */
  readonly kept: readonly HiddenField[];
  /** What the page does not know or cannot do: Cal.com not connected (link to the settings), or not answering (Retry). */
  readonly prompt: Prompt | null;
  /** A list that is behind, selections that changed, mail that cannot leave, event types with too few free times. */
  readonly alarms: readonly Prompt[];
  /** Free times of each event type that has enough of them. */
  readonly capacities: readonly string[];
  /** For `invitation_ids`, `event_type_id` and `length_in_minutes`. */
  readonly errors: FormErrors;
  /** Instead of the list, while the organization has no candidate at all. */
  readonly firstSteps: readonly FirstStep[] | null;
  readonly views: ViewLinks;
  readonly filters: FiltersView;
  /** All first, then each status, counted by all the other filters. */
  readonly pills: readonly Pill[];
  /** `Candidates by name, 1 to 50 of 248`: read out before the table. */
  readonly caption: string;
  readonly rows: readonly CandidateRow[];
  readonly pager: Pager;
  readonly selection: SelectionView;
  readonly actions: ActionsView;
}

/** All that the page is made of. */
export interface CandidatesInput extends FiltersInput, CandidatePage {
  /** So much has changed that the list and its counts are not up to date yet. */
  readonly isBehind: boolean;
  readonly cursor: string | null;
  /** What the candidates of the page asked for and nobody has settled. */
  readonly requests: readonly OpenRequest[];
  /** How many candidates the organization has. */
  readonly all: number;
  readonly isEmpty: boolean;
  /** Whether mail can leave; null once it did, and while nobody knows. */
  readonly mail: TransportHealth | null;
  readonly timeZone: string;
  readonly publicUrl: string;
  readonly canAct: boolean;
  readonly canConfigure: boolean;
  readonly select: 'page' | null;
  readonly frozen: FrozenSelection | null;
  /** A frozen selection was named that is not kept any more. */
  readonly lostSelection: boolean;
  readonly picked: ReadonlySet<string>;
  readonly views: readonly ListedView[];
  readonly calCom: EventTypeChoices;
  readonly capacities: readonly Capacity[];
  readonly errors: FormErrors;
  readonly now: Date;
}

const path = '/app/scheduling';
const exportPath = '/app/scheduling/candidates.csv';
const settingsPath = '/app/settings/cal-com';
const captions: Readonly<Record<CandidateSort, string>> = {
  name: 'by name',
  submitted: 'the last submitted first',
  activity: 'the last activity first',
};

export function candidatesView(input: CandidatesInput): CandidatesView {
  const { filter, candidates } = input;
  const shown = candidates.length;
  const total = Math.max(totalOf(input), shown);
  const atLeast = input.countsAreLeast ? 'at least ' : '';
  const range = shown === total && !atLeast ? `${total} in all` : `${shown} of ${atLeast}${total}`;
  const kept = filterFields(filter);
  const rows = candidates.map((candidate) => candidateRow(candidate, input));
  const link = (cursor: string | null) => cursor && path + filterQuery(filter, { cursor });
  return {
    title: 'Scheduling',
    sub: `Times are in ${zoneInWords(input.timeZone, input.now)}`,
    canAct: input.canAct,
    exportHref: input.canAct && !input.isEmpty ? exportPath + filterQuery(filter) : '',
    kept,
    prompt: prompt(input),
    alarms: [
      ...behindAlarms(input),
      ...selectionAlarms(input),
      ...mailAlarms(input),
      ...capacityAlarms(input.capacities, input.now),
    ],
    capacities: capacityLines(input.capacities, input.now),
    errors: input.errors,
    firstSteps:
      input.isEmpty && input.mail
        ? firstSteps({ ...input, mail: input.mail, connected: input.calCom.connected })
        : null,
    views: viewLinks(input.views, filter),
    filters: filtersView(input),
    pills: pills(input),
    caption: `Candidates ${captions[filter.sort]}, ${range}`,
    rows,
    pager: { previous: link(input.previousCursor), next: link(input.nextCursor), range: total > 0 ? range : '' },
    selection: selectionView({ ...input, kept, rows, matching: total }),
    actions: actionsView(input.calCom, input.canConfigure),
  };
}

function prompt({ calCom, canConfigure, isEmpty, filter }: CandidatesInput): Prompt | null {
  if (calCom.trouble) {
    const action = { href: path + filterQuery(filter), label: 'Retry' };
    const strong = 'Cal.com could not be read.';
    return { tone: 'bad', icon: 'unplug', strong, text: calCom.trouble, action, urgent: false };
  }
  if (calCom.connected || isEmpty) {
    return null;
  }
  return {
    tone: 'warn',
    icon: 'plug',
    strong: 'Cal.com is not connected.',
    text: canConfigure ? 'Booking links need it.' : 'Booking links need it; an admin has to connect it.',
    action: canConfigure ? { href: settingsPath, label: 'Open the Cal.com settings' } : null,
    urgent: false,
  };
}

function behindAlarms({ isBehind, filter }: CandidatesInput): Prompt[] {
  const action = { href: path + filterQuery(filter), label: 'Look again' };
  const text = 'Candidates and counts that changed a moment ago may be missing until then.';
  const strong = 'The list is being brought up to date.';
  return isBehind ? [{ tone: 'info', icon: 'hourglass', strong, text, action, urgent: false }] : [];
}

/** While there is no candidate yet, the first steps say so. */
function mailAlarms({ mail, isEmpty, canConfigure }: CandidatesInput): Prompt[] {
  if (isEmpty || mail?.state !== 'bad') {
    return [];
  }
  const action = canConfigure ? { href: '/app/settings/email', label: 'Open the mail settings' } : null;
  const text = `${mail.text} ${mail.todo}`.trim();
  return [{ tone: 'bad', icon: 'mail-x', strong: 'Mail cannot leave.', text, action, urgent: false }];
}
