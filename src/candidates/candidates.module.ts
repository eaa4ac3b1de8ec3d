import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { AssessmentsController } from './assessments.controller.js';
import { AssessmentsService } from './assessments.service.js';
import { CandidateImportsController } from './imports/candidate-imports.controller.js';
import { CandidateImports } from './imports/candidate-imports.service.js';
import { ImportCandidatesJob } from './imports/import-candidates.job.js';
import { ImportFiles } from './imports/import-files.service.js';
import { ImportRuns } from './imports/import-runs.service.js';
import { InvitationImportController } from './invitation-import.controller.js';
import { InvitationImportService } from './invitation-import.service.js';
import { InvitationsService } from './invitations.service.js';

@Module({
  imports: [JobsModule],
  controllers: [AssessmentsController, InvitationImportController, CandidateImportsController],
  providers: [
    AssessmentsService,
    CandidateImports,
    ImportCandidatesJob,
    ImportFiles,
    ImportRuns,
    InvitationImportService,
    InvitationsService,
  ],
  exports: [AssessmentsService, InvitationImportService, InvitationsService],
})
export class CandidatesModule {}
