import { Controller, Get, Inject, NotFoundException, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import { AssessmentsService } from '../../../candidates/assessments.service.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { Actor } from '../../../shared/actor.js';
import type { CandidateFilter } from '../../candidates/candidate-filter.js';
import { CandidateListService } from '../../candidates/candidate-list.service.js';
import { Reads } from '../api.decorators.js';
import { PayloadPipe } from '../payload.pipe.js';
import { candidateAnswer, CandidatesAnswer } from './candidates.answer.js';
import { CandidatesQuery } from './candidates.query.js';

@ApiTags('Candidates')
@Controller('api/admin/scheduling/candidates')
export class CandidatesApiController {
  constructor(
    private readonly candidates: CandidateListService,
    private readonly assessments: AssessmentsService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @Reads({
    does: 'Lists candidates',
    more: 'By name, each with the newest open link and the booking. Without filters it lists all.',
    answer: CandidatesAnswer,
    problems: [422],
  })
  async list(@CurrentActor() actor: Actor, @Query(PayloadPipe) query: CandidatesQuery): Promise<CandidatesAnswer> {
    if (query.assessment_id && !(await this.assessments.find(actor, query.assessment_id))) {
      throw new NotFoundException();
    }
    const filter: CandidateFilter = {
      assessmentId: query.assessment_id || null,
      statuses: query.status || [],
      schedulingStatus: query.scheduling_status || null,
      needsAttention: false,
      notBookedForDays: null,
      q: query.q?.trim() ?? '',
      sort: 'name',
    };
    const part = { filter, cursor: query.cursor || null, limit: query.limit };
    const page = await this.candidates.list(actor, part);
    return {
      data: page.candidates.map((row) => candidateAnswer(row, this.settings.publicUrl)),
      next_cursor: page.nextCursor,
    };
  }
}
