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
import { csvUpload, CsvUploadInterceptor } from './csv-upload.interceptor.js';
import { sampleFile } from './invitation-header.js';
import { InvitationImportService } from './invitation-import.service.js';
import { importFlash, importView, isNothingIn, type ImportView } from './invitation-import.view.js';

@Needs('scheduler')
@Controller('app/candidates/import')
export class InvitationImportController {
  constructor(private readonly imports: InvitationImportService) {}

  @Get()
  show(): Page {
    return page();
  }

  @Get('sample.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="candidates.csv"')
  sample(): string {
    return sampleFile;
  }

  /** Imports before it answers. A file with refused rows has no page to go on to: their reasons are the answer. */
  @Post()
  @Limited(routeLimits.import)
  @UseInterceptors(CsvUploadInterceptor)
  async import(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page | Redirect> {
    const upload = csvUpload(request);
    if (!upload.ok) {
      return refusal(upload.reason);
    }
    const result = await this.imports.importCsv(actor, upload.bytes);
    if (!result.ok) {
      return refusal(result.reason);
    }
    if (result.refused.length === 0) {
      return new Redirect('/app/scheduling', importFlash(result));
    }
    return page(isNothingIn(result) ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK, importView(result));
  }
}

function refusal(reason: string): Page {
  return page(HttpStatus.UNPROCESSABLE_ENTITY, null, reason);
}

function page(status = HttpStatus.OK, result: ImportView | null = null, fault: string | null = null): Page {
  const errors = formErrors(['file'], fault ? [{ field: 'file', message: fault }] : []);
  const back = { href: '/app/assessments', label: 'Assessments' };
  return new Page('candidates/import/import', { title: 'Import candidates', back, result, errors }, status);
}
