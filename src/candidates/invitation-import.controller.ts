import { Controller, Get, Header, HttpStatus, Post, Req, UseInterceptors } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../accounts/access.decorator.js';
import { CurrentActor } from '../accounts/current-actor.decorator.js';
import { routeLimits } from '../limits/limit.js';
import { Limited } from '../limits/limited.decorator.js';
import type { Actor } from '../shared/actor.js';
import { formErrors } from '../web/forms.js';
import { Page } from '../web/page.js';
import { Redirect } from '../web/redirect.js';
import { csvUpload, CsvUploadInterceptor, isCheck } from './csv-upload.interceptor.js';
import { CandidateImports } from './imports/candidate-imports.service.js';
import { ImportFiles } from './imports/import-files.service.js';
import { sampleFile } from './invitation-header.js';
import { InvitationImportService } from './invitation-import.service.js';
import { importFlash, importView, isNothingIn, type ImportView } from './invitation-import.view.js';

@Needs('scheduler')
@Controller('app/candidates/import')
export class InvitationImportController {
  constructor(
    private readonly imports: InvitationImportService,
    private readonly uploads: CandidateImports,
    private readonly files: ImportFiles,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor): Promise<Page> {
    const waiting = await this.uploads.findOpen(actor);
    return page({ waiting: waiting && `/app/candidates/import/${waiting.id}` });
  }

  @Get('sample.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="candidates.csv"')
  sample(): string {
    return sampleFile;
  }

  /**
   * With `step=check` the file waits for its columns, a check and a yes. Without, it is imported before the answer, and
   * one with refused rows has no page to go on to: their reasons are the answer.
   */
  @Post()
  @Limited(routeLimits.import)
  @UseInterceptors(CsvUploadInterceptor)
  async import(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page | Redirect> {
    const upload = csvUpload(request);
    if (!upload.ok) {
      return refusal(upload.reason, upload.status);
    }
    if (isCheck(request)) {
      const opened = await this.uploads.open(actor, upload.file);
      return opened.ok ? new Redirect(`/app/candidates/import/${opened.id}`) : refusal(opened.reason);
    }
    return this.importAtOnce(actor, upload.file.id);
  }

  private async importAtOnce(actor: Actor, fileId: string): Promise<Page | Redirect> {
    const result = await this.imports
      .importCsv(actor, this.files.read(fileId))
      .finally(() => this.files.discard(fileId));
    if (!result.ok) {
      return refusal(result.reason);
    }
    if (result.refused === 0) {
      return new Redirect('/app/scheduling', importFlash(result));
    }
    const status = isNothingIn(result) ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK;
    return page({ status, result: importView(result) });
  }
}

interface PageParts {
  readonly status?: HttpStatus;
  readonly result?: ImportView;
  readonly fault?: string;
  /** Where a file is that waits for its uploader. */
  readonly waiting?: string | null;
}

function refusal(fault: string, status = HttpStatus.UNPROCESSABLE_ENTITY): Page {
  return page({ status, fault });
}

function page({ status = HttpStatus.OK, result, fault, waiting = null }: PageParts): Page {
  const errors = formErrors(['file'], fault ? [{ field: 'file', message: fault }] : []);
  const back = { href: '/app/assessments', label: 'Assessments' };
  const model = { title: 'Import candidates', back, result: result ?? null, errors, waiting };
  return new Page('candidates/import/import', model, status);
}
