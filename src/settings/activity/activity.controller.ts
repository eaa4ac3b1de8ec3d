import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { Activities } from '../../activity/activities.service.js';
import type { Actor } from '../../shared/actor.js';
import { csvFile } from '../../web/csv-file.js';
import { Page } from '../../web/page.js';
import { ActivityExports } from './activity-exports.service.js';
import { activityFilter, activityPath, readActivityQuery } from './activity-filter.js';
import { activityView } from './activity.view.js';

type Fields = Readonly<Record<string, unknown>>;

const perPage = 50;

/** Who did what. */
@Needs('admin')
@Controller(activityPath)
export class ActivityController {
  constructor(
    private readonly activities: Activities,
    private readonly exports: ActivityExports,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @Query() fields: Fields): Promise<Page> {
    const query = readActivityQuery(fields);
    const { timeZone } = await this.orgs.find(actor);
    const [page, doing] = await Promise.all([
      this.activities.list(actor, activityFilter(query, timeZone), { ...query, limit: perPage }),
      this.activities.listDoing(actor),
    ]);
    const view = activityView(query, page, doing, timeZone);
    return new Page('settings/activity/activity', { title: 'Activity', ...view });
  }

  @Get('export.csv')
  async export(@CurrentActor() actor: Actor, @Query() fields: Fields): Promise<StreamableFile> {
    const org = await this.orgs.find(actor);
    const filter = activityFilter(readActivityQuery(fields), org.timeZone);
    await this.exports.note(actor);
    return csvFile(`activity-${org.slug}`, this.exports.content(actor, filter, org.timeZone));
  }
}
