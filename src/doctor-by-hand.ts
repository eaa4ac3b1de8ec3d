import { HttpService } from '@nestjs/axios';
import type { DataSource } from 'typeorm';
import { CalComConfigsService } from './cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from './cal-com/cal-com-event-types.service.js';
import { calComOptionsFor } from './cal-com/cal-com-options.js';
import { CalComRequests } from './cal-com/cal-com-requests.js';
import { CalComWebhooksService } from './cal-com/cal-com-webhooks.service.js';
import { CalComService } from './cal-com/cal-com.service.js';
import { sealedValues } from './cal-com/sealed-values.js';
import { WebhookEndpoints } from './cal-com/webhook-endpoints.service.js';
import type { Settings } from './config/settings.js';
import { defaultEmailTimings } from './email/delivery/email-timings.js';
import { RateGatesService } from './email/delivery/rate-gates.service.js';
import { MailSetupService } from './email/mail-setup.service.js';
import { chooseTransport } from './email/transports/choose-transport.js';
import { SealedStore } from './encryption/sealed-store.js';
import { Vault } from './encryption/vault.service.js';
import { Doctor } from './health/doctor/doctor.service.js';
import { Jobs } from './jobs/jobs.service.js';

export interface DoctorByHand {
  readonly doctor: Doctor;
  close(): Promise<void>;
}

/** The doctor of the app without the app: nothing is started, and the database may be away. */
export function doctorByHand(dataSource: DataSource, settings: Settings): DoctorByHand {
  const vault = new Vault(settings);
  const transport = chooseTransport(settings);
  const calCom = new CalComService(new CalComRequests(new HttpService(), calComOptionsFor(settings)));
  const endpoints = new WebhookEndpoints(dataSource, vault, new Jobs(dataSource), settings);
  const configs = new CalComConfigsService(dataSource, calCom, vault, endpoints, settings);
  const doctor = new Doctor({
    dataSource,
    settings,
    sealed: new SealedStore(dataSource, vault, sealedValues),
    configs,
    eventTypes: new CalComEventTypesService(dataSource, calCom, configs),
    webhooks: new CalComWebhooksService(dataSource, endpoints, settings),
    calCom,
    mail: new MailSetupService(
      dataSource,
      new RateGatesService(dataSource, transport, defaultEmailTimings),
      transport,
      settings,
    ),
    timeZoneData: process.versions.tz ?? '',
    now: () => new Date(),
  });
  return { doctor, close: async () => transport.close?.() };
}
