import { Body, Controller, Get, HttpStatus, Inject, NotFoundException, Param, Post } from '@nestjs/common';
import { Needs } from '../accounts/access.decorator.js';
import { CurrentActor } from '../accounts/current-actor.decorator.js';
import { actsAs, type Actor } from '../shared/actor.js';
import { formErrors } from '../web/forms.js';
import { IdPipe } from '../web/id.pipe.js';
import { Page } from '../web/page.js';
import { Redirect } from '../web/redirect.js';
import { ASSESSMENT_NOTES, type AssessmentNotes } from './assessment-notes.js';
import { assessmentViews } from './assessment.view.js';
import { AssessmentsService } from './assessments.service.js';
import { longestTitle } from './invitation-row.js';
import { readLabel } from './plain-text.js';

@Controller('app/assessments')
export class AssessmentsController {
  constructor(
    private readonly assessments: AssessmentsService,
    @Inject(ASSESSMENT_NOTES) private readonly notes: AssessmentNotes,
  ) {}

  @Get()
  show(@CurrentActor() actor: Actor): Promise<Page> {
    return this.page(actor);
  }

  @Post()
  @Needs('scheduler')
  async create(@CurrentActor() actor: Actor, @Body('title') typed: unknown): Promise<Page | Redirect> {
    const raw = typeof typed === 'string' ? typed : '';
    const title = readLabel(raw, 'The title', longestTitle);
    if (!title.ok) {
      return this.page(actor, raw, title.fault);
    }
    const created = await this.assessments.create(actor, title.text);
    return created
      ? new Redirect('/app/assessments', {
          tone: 'good',
          strong: `${created.title} is there.`,
          text: 'Import its candidates next.',
        })
      : this.page(actor, raw, 'An assessment with this title is already there.');
  }

  @Post(':id/closure')
  @Needs('scheduler')
  async close(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const { title } = (await this.assessments.close(actor, id)) ?? notFound();
    return new Redirect('/app/assessments', { tone: 'good', strong: `${title} is closed.` });
  }

  @Post(':id/reopening')
  @Needs('scheduler')
  async reopen(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const { title } = (await this.assessments.reopen(actor, id)) ?? notFound();
    return new Redirect('/app/assessments', { tone: 'good', strong: `${title} is open again.` });
  }

  private async page(actor: Actor, typedTitle = '', fault: string | null = null): Promise<Page> {
    const [assessments, notes] = await Promise.all([this.assessments.list(actor), this.notes.list(actor)]);
    const model = {
      title: 'Assessments',
      assessments: assessmentViews(assessments, notes),
      mayChange: actsAs(actor, 'scheduler'),
      form: { title: typedTitle },
      errors: formErrors(['title'], fault ? [{ field: 'title', message: fault }] : []),
    };
    return new Page(
      'candidates/assessments/assessments',
      model,
      fault ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK,
    );
  }
}

function notFound(): never {
  throw new NotFoundException();
}
