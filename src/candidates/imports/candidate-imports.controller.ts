import {
  Body,
  Controller,
  Get,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import type { Response } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import type { Actor } from '../../shared/actor.js';
import type { FieldError } from '../../web/forms.js';
import { IdPipe } from '../../web/id.pipe.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import type { CandidateImport } from './candidate-import.entity.js';
import { candidateImportView, chosenColumns, columnName, shownFaults } from './candidate-import.view.js';
import { CandidateImports } from './candidate-imports.service.js';
import { mappedHeader } from './column-map.js';
import { columnSamples } from './column-samples.js';
import { faultyRowsFile } from './faulty-rows.js';
import { ImportFiles } from './import-files.service.js';

const faultsAtOnce = 5_000;

/** One page for a file's whole way in: columns, check, progress, result. */
@Needs('scheduler')
@Controller('app/candidates/import/:id')
export class CandidateImportsController {
  constructor(
    private readonly imports: CandidateImports,
    private readonly files: ImportFiles,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Page> {
    return this.page(await this.find(actor, id));
  }

  @Get('faulty-rows.csv')
  async faultyRows(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile> {
    const upload = await this.find(actor, id);
    response.set('Cache-Control', 'no-store');
    return faultyRowsFile({
      upload,
      bytes: this.files.read(id),
      faults: (after) => this.imports.faults(upload, faultsAtOnce, after),
    });
  }

  /** Which column holds what; the file is checked anew. */
  @Post('columns')
  @Limited(routeLimits.import)
  async map(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Readonly<Record<string, unknown>>,
  ): Promise<Page | Redirect> {
    const upload = await this.find(actor, id);
    if (!upload.isOpen) {
      return new Redirect(pathOf(upload));
    }
    const columns = chosenColumns(upload, body);
    const header = mappedHeader(columns);
    if (!header.ok) {
      const chosen = Object.assign(upload, { columns, state: 'mapping' });
      return this.page(chosen, [{ field: columnName(0), message: header.reason }], HttpStatus.UNPROCESSABLE_ENTITY);
    }
    await this.imports.map(upload, columns);
    return new Redirect(pathOf(upload));
  }

  @Post('confirmation')
  @Limited(routeLimits.import)
  async confirm(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const upload = await this.find(actor, id);
    if (upload.state === 'checked') {
      await this.imports.confirm(upload);
    }
    return new Redirect(pathOf(upload));
  }

  @Post('cancellation')
  async cancel(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const upload = await this.find(actor, id);
    if (upload.state === 'done') {
      return new Redirect(pathOf(upload));
    }
    await this.imports.discard(upload);
    return new Redirect('/app/candidates/import', {
      tone: 'info',
      strong: 'The file is discarded.',
      text: 'Nothing was imported.',
    });
  }

  private async find(actor: Actor, id: string): Promise<CandidateImport> {
    const upload = await this.imports.find(actor, id);
    if (!upload) {
      throw new NotFoundException();
    }
    return upload;
  }

  private async page(
    upload: CandidateImport,
    errors: readonly FieldError[] = [],
    status = HttpStatus.OK,
  ): Promise<Page> {
    const faults = upload.isUnderWay ? [] : await this.imports.faults(upload, shownFaults);
    const samples = upload.isOpen ? await columnSamples(this.files.read(upload.id), upload.headings.length) : [];
    return new Page('candidates/import/show', candidateImportView({ upload, faults, samples, errors }), status);
  }
}

function pathOf({ id }: CandidateImport): string {
  return `/app/candidates/import/${id}`;
}
