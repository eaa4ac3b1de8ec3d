import { Controller, Get } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { Doctor } from '../../health/doctor/doctor.service.js';
import type { Actor } from '../../shared/actor.js';
import { Page } from '../../web/page.js';
import { doctorView } from './doctor.view.js';

/** Whether everything works, and what to do where it does not. */
@Needs('admin')
@Controller('/app/settings/doctor')
export class DoctorController {
  constructor(
    private readonly doctor: Doctor,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor): Promise<Page> {
    const org = await this.orgs.find(actor);
    const lines = await this.doctor.examine([org]);
    return new Page('settings/doctor/doctor', {
      title: 'Doctor',
      ...doctorView(lines, org.timeZone),
    });
  }
}
