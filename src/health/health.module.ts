import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CalComConfigsService } from '../cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from '../cal-com/cal-com-event-types.service.js';
import { CalComModule } from '../cal-com/cal-com.module.js';
import { CalComService } from '../cal-com/cal-com.service.js';
import { CalComWebhooksService } from '../cal-com/cal-com-webhooks.service.js';
import { sealedValues } from '../cal-com/sealed-values.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { EmailModule } from '../email/email.module.js';
import { MailSetupService } from '../email/mail-setup.service.js';
import { SealedStore } from '../encryption/sealed-store.js';
import { Vault } from '../encryption/vault.service.js';
import { DOCTOR_TOOLS, type DoctorTools } from './doctor/doctor-tools.js';
import { Doctor } from './doctor/doctor.service.js';
import { HealthController } from './health.controller.js';
import { ReadinessService } from './readiness.service.js';
import { SecurityTextController } from './security-text.controller.js';

@Module({
  imports: [CalComModule, EmailModule],
  controllers: [HealthController, SecurityTextController],
  providers: [
    ReadinessService,
    Doctor,
    {
      provide: SealedStore,
      useFactory: (dataSource: DataSource, vault: Vault) => new SealedStore(dataSource, vault, sealedValues),
      inject: [DataSource, Vault],
    },
    {
      provide: DOCTOR_TOOLS,
      useFactory: (
        dataSource: DataSource,
        settings: Settings,
        sealed: SealedStore,
        configs: CalComConfigsService,
        eventTypes: CalComEventTypesService,
        webhooks: CalComWebhooksService,
        calCom: CalComService,
        mail: MailSetupService,
      ): DoctorTools => ({
        dataSource,
        settings,
        sealed,
        configs,
        eventTypes,
        webhooks,
        calCom,
        mail,
        timeZoneData: process.versions.tz ?? '',
        now: () => new Date(),
      }),
      inject: [
        DataSource,
        SETTINGS,
        SealedStore,
        CalComConfigsService,
        CalComEventTypesService,
        CalComWebhooksService,
        CalComService,
        MailSetupService,
      ],
    },
  ],
  exports: [Doctor],
})
export class HealthModule {}
