import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import { type CalComOptions, defaultCalComOptions } from '../../../src/cal-com/cal-com-options.js';
import { CalComRequests } from '../../../src/cal-com/cal-com-requests.js';
import { CalComService } from '../../../src/cal-com/cal-com.service.js';

/** The gateway as the app builds it; unhurried by its own pace unless a test asks for it. */
export function buildGateway(options: Partial<CalComOptions> = {}): CalComService {
  Logger.overrideLogger(false);
  const chosen = { ...defaultCalComOptions, requestsPerMinute: 1_000_000, readRetryDelaysMs: [1, 1], ...options };
  return new CalComService(new CalComRequests(new HttpService(), chosen));
}
