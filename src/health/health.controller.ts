import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Public } from '../accounts/access.decorator.js';
import { ReadinessService, type Readiness } from './readiness.service.js';

@Public()
@Controller()
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  @Get('healthz')
  health(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const readiness = await this.readiness.check();
    response.status(readiness.status === 'not ready' ? 503 : 200);
    return readiness;
  }
}
