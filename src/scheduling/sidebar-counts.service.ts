import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import type { SidebarCounter } from '../web/shell.js';
import { BookingListService } from './bookings/list/booking-list.service.js';

/** From one send to the next: a send has many mails. */
const firstRunning = (condition: string) =>
  `(select send_id from emails
     where org_id = $1 and kind = 'invitation' and state in ('queued', 'sending') and ${condition}
     order by send_id limit 1)`;

/** What the sidebar says beside its entries: only what is going on right now. */
@Injectable()
export class SidebarCountsService implements SidebarCounter {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bookings: BookingListService,
  ) {}

  async count(actor: Actor): Promise<Record<string, string>> {
    const [row] = await this.dataSource.query<{ running: number }[]>(
      `with recursive sending as (
         ${firstRunning('true')}
          union all
         select next.send_id from sending cross join lateral (${firstRunning('send_id > sending.send_id')}) next)
       select count(*)::int running from sending`,
      [actor.orgId],
    );
    const toSettle = await this.bookings.countToSettle(actor);
    return {
      ...(row!.running > 0 ? { '/app/sends': `${row!.running} running` } : {}),
      ...(toSettle > 0 ? { '/app/bookings': `${toSettle} to settle` } : {}),
    };
  }
}
