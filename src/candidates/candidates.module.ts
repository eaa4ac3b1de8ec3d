import { Module } from '@nestjs/common';
import { AssessmentsController } from './assessments.controller.js';
import { AssessmentsService } from './assessments.service.js';
import { InvitationImportController } from './invitation-import.controller.js';
import { InvitationImportService } from './invitation-import.service.js';
import { InvitationsService } from './invitations.service.js';

@Module({
  controllers: [AssessmentsController, InvitationImportController],
  providers: [AssessmentsService, InvitationImportService, InvitationsService],
  exports: [AssessmentsService, InvitationImportService, InvitationsService],
})
export class CandidatesModule {}
