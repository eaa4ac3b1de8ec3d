import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { CalComConfigsService } from './cal-com-configs.service.js';
import { CalComEventTypesService } from './cal-com-event-types.service.js';
import { calComOptions, type CalComOptions, defaultCalComOptions } from './cal-com-options.js';
import { CalComRequests } from './cal-com-requests.js';
import { CalComService } from './cal-com.service.js';

@Module({
  imports: [HttpModule],
  providers: [
    CalComConfigsService,
    CalComEventTypesService,
    CalComRequests,
    CalComService,
    {
      provide: calComOptions,
      useFactory: ({ calCom }: Settings): CalComOptions => ({
        ...defaultCalComOptions,
        requestsPerMinute: calCom.requestsPerMinute,
      }),
      inject: [SETTINGS],
    },
  ],
  exports: [CalComConfigsService, CalComEventTypesService, CalComService],
})
export class CalComModule {}
