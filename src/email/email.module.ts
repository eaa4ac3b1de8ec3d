import { Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { CappedEmailsService } from './capped-emails.service.js';
import { CompiledTemplates } from './delivery/compiled-templates.service.js';
import { DailyCapsService } from './delivery/daily-caps.service.js';
import { defaultEmailTimings, EMAIL_TIMINGS, smtpEmailTimings } from './delivery/email-timings.js';
import { EmailWorker } from './delivery/email-worker.service.js';
import { NewBatchesService } from './delivery/new-batches.service.js';
import { OpenBatchesService } from './delivery/open-batches.service.js';
import { RateGatesService } from './delivery/rate-gates.service.js';
import { SettlementsService } from './delivery/settlements.service.js';
import { WithdrawalsService } from './delivery/withdrawals.service.js';
import { DeliveryReportsService } from './delivery-reports.service.js';
import { DirectMailsService } from './direct-mails.service.js';
import { EmailTemplatesService } from './email-templates.service.js';
import { EmailService } from './email.service.js';
import { MailSetupService } from './mail-setup.service.js';
import { MailTestService } from './mail-test.service.js';
import { SuppressionsService } from './suppressions.service.js';
import { TemplateLibraryService } from './template-library.service.js';
import { TemplateVersionsService } from './template-versions.service.js';
import { chooseTransport } from './transports/choose-transport.js';
import { MAIL_TRANSPORT } from './transports/mail-transport.js';
import { WakeEmailWorkerJob } from './wake-email-worker.job.js';

@Module({
  imports: [JobsModule],
  providers: [
    { provide: MAIL_TRANSPORT, inject: [SETTINGS], useFactory: (settings: Settings) => chooseTransport(settings) },
    {
      provide: EMAIL_TIMINGS,
      inject: [SETTINGS],
      useFactory: ({ email }: Settings) => (email.transport === 'smtp' ? smtpEmailTimings : defaultEmailTimings),
    },
    CompiledTemplates,
    RateGatesService,
    DailyCapsService,
    NewBatchesService,
    OpenBatchesService,
    SettlementsService,
    WithdrawalsService,
    EmailWorker,
    WakeEmailWorkerJob,
    EmailTemplatesService,
    TemplateLibraryService,
    TemplateVersionsService,
    EmailService,
    SuppressionsService,
    DeliveryReportsService,
    CappedEmailsService,
    MailSetupService,
    MailTestService,
    DirectMailsService,
  ],
  exports: [
    EmailService,
    EmailTemplatesService,
    TemplateLibraryService,
    TemplateVersionsService,
    SuppressionsService,
    CappedEmailsService,
    MailSetupService,
    MailTestService,
    DeliveryReportsService,
    DirectMailsService,
  ],
})
export class EmailModule {}
