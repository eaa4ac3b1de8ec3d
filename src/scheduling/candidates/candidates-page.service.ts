import { Inject, Injectable } from '@nestjs/common';
import { OrgsService } from '../../accounts/orgs.service.js';
import { AssessmentsService } from '../../candidates/assessments.service.js';
import { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { actsAs, type Actor } from '../../shared/actor.js';
import type { FieldError } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { EventTypeChoicesService } from '../event-type-choices.service.js';
import { CandidateRequestsService } from '../requests/candidate-requests.service.js';
import { CapacityService } from '../free-times/capacity.service.js';
import { SidebarCountsService } from '../sidebar-counts.service.js';
import type { CandidateFilter } from './candidate-filter.js';
import { CandidateCounts } from './candidate-counts.service.js';
import { CandidateListService } from './candidate-list.service.js';
import { candidatesView } from './candidates.view.js';
import { FrozenSelectionsService, type FrozenChoice } from './frozen-selections.service.js';
import { MailReadinessService } from './mail-readiness.service.js';
import { selectionErrors } from './selection.view.js';
import { SavedViewsService } from './views/saved-views.service.js';

const rowsOnAPage = 50;

export interface CandidatesQuery {
  readonly filter: CandidateFilter;
  readonly cursor: string | null;
  readonly select: 'page' | null;
  /** All that matched when they were selected; 'lost' where it is not known who is left out. */
  readonly frozen: FrozenChoice | 'lost' | null;
  readonly picked: ReadonlySet<string>;
  readonly eventType: string;
}

/** Gathers what the Scheduling page shows, as it is asked for or as a form comes back. */
@Injectable()
export class CandidatesPageService {
  constructor(
    private readonly list: CandidateListService,
    private readonly counts: CandidateCounts,
    private readonly selections: FrozenSelectionsService,
    private readonly views: SavedViewsService,
    private readonly requests: CandidateRequestsService,
    private readonly assessments: AssessmentsService,
    private readonly eventTypes: CalComEventTypesService,
    private readonly choices: EventTypeChoicesService,
    private readonly capacities: CapacityService,
    private readonly orgs: OrgsService,
    private readonly mail: MailReadinessService,
    private readonly sidebar: SidebarCountsService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async show(actor: Actor, query: CandidatesQuery, errors: readonly FieldError[] = []): Promise<Page> {
    const { filter, cursor, eventType } = query;
    const part = { filter, cursor, limit: rowsOnAPage };
    const { beside, ...page } = await this.list.list(actor, part, this.beside(actor, filter));
    const [counts, calCom, frozen] = await Promise.all([
      this.counts.countBeside(actor, filter, beside.kept),
      this.choices.choicesOf(actor, beside.eventTypes, eventType),
      query.frozen && query.frozen !== 'lost'
        ? this.selections.look(actor, query.frozen, filter, page.candidates)
        : null,
    ]);
    const { all } = counts;
    const isEmpty = all === 0;
    const view = candidatesView({
      ...query,
      ...page,
      ...beside,
      counts: counts.statuses,
      attention: counts.attention,
      countsAreLeast: counts.areLeast,
      all,
      isEmpty,
      mail: await this.mail.look(actor, { patience: isEmpty }),
      publicUrl: this.settings.publicUrl,
      canAct: actsAs(actor, 'scheduler'),
      canConfigure: actsAs(actor, 'admin'),
      frozen,
      lostSelection: query.frozen !== null && frozen === null,
      calCom,
      errors: selectionErrors(errors),
      now: new Date(),
    });
    return new Page('scheduling/candidates/index', view, errors.length > 0 ? 422 : 200, 'app', beside.sidebar);
  }

  private beside(actor: Actor, filter: CandidateFilter) {
    return {
      plan: 'scheduling page',
      questions: (shown: string) => ({
        kept: this.counts.keptBeside(actor, filter),
        requests: this.requests.open(actor, shown),
        assessments: this.assessments.titles(actor),
        eventTypes: this.eventTypes.known(actor),
        capacities: this.capacities.ofActor(actor),
        views: this.views.seenBy(actor),
        timeZone: this.orgs.timeZone(actor),
        sidebar: this.sidebar.counts(actor),
      }),
    };
  }
}
