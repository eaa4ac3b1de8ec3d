import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { Org } from '../../accounts/org.entity.js';
import { systemActor } from '../../shared/actor.js';
import type { Check } from './check.js';
import { allChecks } from './checks/all-checks.js';
import { DOCTOR_TOOLS, type DoctorTools } from './doctor-tools.js';
import { type Finding, notChecked, red } from './finding.js';

export interface Line extends Finding {
  readonly title: string;
  /** Whose it is, where it is not the server's. */
  readonly organization: string | null;
}

export type AskedAbout = Pick<Org, 'id' | 'name'>;

/** Each check has this long, and all of them run at once. */
const limitMs = 5_000;
const needsDatabase = notChecked('The database does not answer.');

/** Looks at everything that has to work, and says of each how it is and what to do. */
@Injectable()
export class Doctor {
  private readonly logger = new Logger(Doctor.name);

  constructor(@Inject(DOCTOR_TOOLS) private readonly tools: DoctorTools) {}

  /** `orgs`: those to look at; none where the database could not tell. */
  async examine(orgs: readonly AskedAbout[]): Promise<Line[]> {
    const lines = await Promise.all(allChecks.map((check) => this.linesOf(check, orgs)));
    return lines.flat();
  }

  private async linesOf(check: Check, orgs: readonly AskedAbout[]): Promise<Line[]> {
    const { title } = check;
    const actors = orgs.map(({ id }) => systemActor(id));
    if (check.of === 'server') {
      const isLost = check.needsDatabase && actors.length === 0 && !(await this.databaseAnswers());
      const finding = isLost ? needsDatabase : await this.limited(check, () => check.examine(this.tools, actors));
      return [{ title, organization: null, ...finding }];
    }
    if (orgs.length === 0) {
      return [{ title, organization: null, ...noOrganization }];
    }
    return Promise.all(
      orgs.map(async ({ name }, index) => ({
        title,
        organization: name,
        ...(await this.limited(check, () => check.examine(this.tools, actors[index]!))),
      })),
    );
  }

  /** What fails or takes too long is that line's trouble alone. */
  private async limited(check: Check, examine: () => Promise<Finding>): Promise<Finding> {
    try {
      return await Promise.race([examine(), pause(limitMs, tooSlow, { ref: false })]);
    } catch (error) {
      this.logger.error(error, `${check.title} could not be looked at`);
      return red('It could not be looked at.', 'The log of the app says why.');
    }
  }

  private databaseAnswers(): Promise<boolean> {
    const asked = this.tools.dataSource.query('select 1').then(
      () => true,
      () => false,
    );
    return Promise.race([asked, pause(limitMs, false, { ref: false })]);
  }
}

const noOrganization = notChecked('There is no organization to look at.');
const tooSlow = red(`There was no answer within ${limitMs / 1000} s.`, 'Try again; if it stays so, look at the log.');
