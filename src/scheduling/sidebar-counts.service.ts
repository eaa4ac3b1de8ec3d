import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ask, type Question } from '../database/ask.js';
import type { Actor } from '../shared/actor.js';
import type { SidebarCounter, SidebarCounts } from '../web/shell.js';
import { bookingsToSettle } from './bookings/list/booking-list.service.js';

/** From one send to the next: a send has many mails. */
const firstRunning = (condition: string) =>
  `(select send_id from emails
     where org_id = $1 and kind = 'invitation' and state in ('queued', 'sending') and ${condition}
     order by send_id limit 1)`;

/** What the sidebar says beside its entries: only what is going on right now. */
@Injectable()
export class SidebarCountsService implements SidebarCounter {
  constructor(private readonly dataSource: DataSource) {}

  async count(actor: Actor): Promise<SidebarCounts> {
    return (await ask(this.dataSource, { counts: this.counts(actor) }, { plan: 'sidebar' })).counts;
  }

  counts({ orgId }: Actor): Question<SidebarCounts> {
    return {
      sql: `with recursive sending as (
              ${firstRunning('true')}
               union all
              select next.send_id from sending cross join lateral (${firstRunning('send_id > sending.send_id')}) next)
            select (select count(*)::int from sending) running, ${bookingsToSettle} "toSettle"`,
      values: [orgId],
      read: ([{ running, toSettle }]: [{ running: number; toSettle: number }]) => ({
        ...(running > 0 ? { '/app/sends': `${running} running` } : {}),
        ...(toSettle > 0 ? { '/app/bookings': `${toSettle} to settle` } : {}),
      }),
    };
  }
}
