import { Inject, Injectable } from '@nestjs/common';
import { OrgsService } from '../../../accounts/orgs.service.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { actsAs, type Actor } from '../../../shared/actor.js';
import type { FieldError } from '../../../web/forms.js';
import { Page } from '../../../web/page.js';
import { EventTypeChoicesService, type EventTypeChoices } from '../../event-type-choices.service.js';
import { mayDeleteNote } from './candidate-notes.service.js';
import { CandidateStoryService } from './candidate-story.service.js';
import { candidateView } from './candidate.view.js';

/** Nobody who only looks is offered an event type. */
const noChoices: EventTypeChoices = { connected: true, trouble: null, options: [] };

/** Gathers what the page of one candidate shows, as it is asked for or as the note comes back. */
@Injectable()
export class CandidatePageService {
  constructor(
    private readonly stories: CandidateStoryService,
    private readonly choices: EventTypeChoicesService,
    private readonly orgs: OrgsService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** `null`: the organization has no such candidate. */
  async show(
    actor: Actor,
    invitationId: string,
    { showsAll = false, errors = [] as readonly FieldError[], note = '' } = {},
  ): Promise<Page | null> {
    const story = await this.stories.find(actor, invitationId);
    if (!story) {
      return null;
    }
    const canAct = actsAs(actor, 'scheduler');
    const [{ timeZone }, choices] = await Promise.all([
      this.orgs.find(actor),
      canAct ? this.choices.list(actor, '') : noChoices,
    ]);
    const view = candidateView({
      story,
      choices,
      timeZone,
      publicUrl: this.settings.publicUrl,
      canAct,
      canErase: actsAs(actor, 'admin'),
      deletable: new Set(story.notes.filter((each) => mayDeleteNote(actor, each)).map(({ id }) => id)),
      showsAll,
      errors,
      note,
      now: new Date(),
    });
    return new Page('scheduling/candidates/show', view, errors.length > 0 ? 422 : 200);
  }
}
