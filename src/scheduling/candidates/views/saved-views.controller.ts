import { Body, Controller, ForbiddenException, Get, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import { AssessmentsService } from '../../../candidates/assessments.service.js';
import { actsAs, type Actor } from '../../../shared/actor.js';
import { readForm } from '../../../web/forms.js';
import { IdPipe } from '../../../web/id.pipe.js';
import { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { filterQuery, readCandidateFilter } from '../candidate-filter.js';
import { SavedViewForm } from './saved-view.form.js';
import { mostSavedViews, SavedViewsService, type ChangeOutcome } from './saved-views.service.js';
import { renameField, savedViewsPath, savedViewsView, type TypedName } from './saved-views.view.js';

type Fields = Readonly<Record<string, unknown>>;

const taken = 'There is a view of this name.';
const tooMany = `There are ${mostSavedViews} views already. Delete one first.`;

/** Views of the Scheduling page: everybody has own ones, schedulers share some. */
@Controller(savedViewsPath)
export class SavedViewsController {
  constructor(
    private readonly views: SavedViewsService,
    private readonly assessments: AssessmentsService,
  ) {}

  @Get()
  show(@CurrentActor() actor: Actor, @Query() query: Fields): Promise<Page> {
    return this.page(actor, query, null);
  }

  @Post()
  async save(@CurrentActor() actor: Actor, @Body() body: Fields): Promise<Page | Redirect> {
    const shared = body['shared'] === 'yes';
    if (shared && !actsAs(actor, 'scheduler')) {
      throw new ForbiddenException();
    }
    const read = readForm(SavedViewForm, body);
    const { name } = read.form;
    if (!read.ok) {
      return this.page(actor, body, { field: 'name', name, message: read.errors[0]!.message });
    }
    const filter = readCandidateFilter(body);
    const outcome = await this.views.save(actor, { name, shared, filter });
    if (outcome !== 'saved') {
      return this.page(actor, body, { field: 'name', name, message: outcome === 'taken' ? taken : tooMany });
    }
    const text = shared ? 'Everybody in the organization sees it.' : 'Only you see it.';
    return new Redirect(`/app/scheduling${filterQuery(filter)}`, { tone: 'good', strong: 'The view is saved.', text });
  }

  @Post(':id/name')
  async rename(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    if (!(await this.views.list(actor)).some((view) => view.id === id)) {
      throw new NotFoundException();
    }
    const read = readForm(SavedViewForm, body);
    const typed = { field: renameField(id), name: read.form.name };
    if (!read.ok) {
      return this.page(actor, {}, { ...typed, message: read.errors[0]!.message });
    }
    const outcome = await this.views.rename(actor, id, read.form.name);
    return outcome === 'taken' ? this.page(actor, {}, { ...typed, message: taken }) : told(outcome, 'renamed');
  }

  @Post(':id/deletion')
  async delete(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    return told(await this.views.delete(actor, id), 'deleted');
  }

  private async page(actor: Actor, fields: Fields, typed: TypedName | null): Promise<Page> {
    const filter = readCandidateFilter(fields);
    const assessment = filter.assessmentId && (await this.assessments.find(actor, filter.assessmentId));
    const view = savedViewsView({
      views: await this.views.list(actor),
      filter,
      assessmentTitle: assessment ? assessment.title : null,
      canShare: actsAs(actor, 'scheduler'),
      isShared: fields['shared'] === 'yes',
      typed,
    });
    return new Page('scheduling/candidates/views', view, typed ? 422 : 200);
  }
}

function told(outcome: ChangeOutcome, what: string): Redirect {
  if (outcome === 'unknown') {
    throw new NotFoundException();
  }
  if (outcome === 'not_own') {
    throw new ForbiddenException();
  }
  return new Redirect(savedViewsPath, { tone: 'good', strong: `The view is ${what}.` });
}
