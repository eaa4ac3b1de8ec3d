import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import type { Actor } from '../../shared/actor.js';
import { csvFile } from '../../web/csv-file.js';
import { CandidateExports } from './candidate-exports.service.js';
import { readCandidateFilter } from './candidate-filter.js';

/** Candidates to take along. */
@Needs('scheduler')
@Controller('app/scheduling/candidates.csv')
export class CandidateExportsController {
  constructor(
    private readonly exports: CandidateExports,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  async export(
    @CurrentActor() actor: Actor,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<StreamableFile> {
    const filter = readCandidateFilter(query);
    const org = await this.orgs.find(actor);
    await this.exports.note(actor, filter);
    return csvFile(`candidates-${org.slug}`, this.exports.content(actor, filter, org.timeZone));
  }
}
