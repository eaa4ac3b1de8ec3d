import type { DataSource } from 'typeorm';
import type { CalComConfigsService } from '../../cal-com/cal-com-configs.service.js';
import type { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import type { CalComWebhooksService } from '../../cal-com/cal-com-webhooks.service.js';
import type { CalComService } from '../../cal-com/cal-com.service.js';
import type { Settings } from '../../config/settings.js';
import type { MailSetupService } from '../../email/mail-setup.service.js';
import type { SealedStore } from '../../encryption/sealed-store.js';

/** What the checks look at. */
export interface DoctorTools {
  readonly dataSource: DataSource;
  readonly settings: Settings;
  readonly sealed: SealedStore;
  readonly configs: CalComConfigsService;
  readonly eventTypes: CalComEventTypesService;
  readonly webhooks: CalComWebhooksService;
  readonly calCom: CalComService;
  readonly mail: MailSetupService;
  readonly timeZoneData: string;
  now(): Date;
}

/** Injection token of the tools of the running app. */
export const DOCTOR_TOOLS = Symbol('doctor tools');
