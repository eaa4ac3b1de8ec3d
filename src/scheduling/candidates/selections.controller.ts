import { Body, Controller, Post } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import type { Actor } from '../../shared/actor.js';
import { Redirect } from '../../web/redirect.js';
import { counted } from '../plural.js';
import { filterQuery, readCandidateFilter } from './candidate-filter.js';
import { FrozenSelectionsService } from './frozen-selections.service.js';
import { frozenWords, readEventType, readFrozen } from './selection.js';

type Fields = Readonly<Record<string, unknown>>;

/** Selects all that match, as they are now; from an earlier selection on, without those it left out. */
@Needs('scheduler')
@Controller('app/scheduling/selections')
export class SelectionsController {
  constructor(private readonly selections: FrozenSelectionsService) {}

  @Post()
  async freeze(@CurrentActor() actor: Actor, @Body() body: Fields): Promise<Redirect> {
    const filter = readCandidateFilter(body);
    const earlier = readFrozen(body);
    const { id, count } = await this.selections.freeze(actor, filter);
    const except = earlier && earlier !== 'lost' ? await this.selections.carry(actor, earlier, id) : [];
    const kept = { ...frozenWords({ id, except }), event_type_id: readEventType(body) };
    return new Redirect(`/app/scheduling${filterQuery(filter, kept)}`, {
      tone: 'info',
      strong: `${counted(count - except.length)} selected: all that match${except.length > 0 ? ' but those left out' : ''}.`,
      text: 'Untick whom to leave out, on any page.',
    });
  }
}
