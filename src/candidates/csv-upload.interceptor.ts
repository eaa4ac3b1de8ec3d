import {
  BadRequestException,
  HttpException,
  HttpStatus,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { Request } from 'express';
import type { Readable } from 'node:stream';
import type { Observable } from 'rxjs';
import { largeLimits } from './imports/import-limits.js';
import { ImportFiles, UploadTooLarge, type ReceivedFile } from './imports/import-files.service.js';
import { uploadLimits } from './invitation-import.service.js';

export type CsvUpload = { ok: true; file: ReceivedFile } | { ok: false; reason: string; status: HttpStatus };

type UploadRequest = Request & { file?: ReceivedFile; csvUpload?: CsvUpload };
type Done = (error: unknown, file?: ReceivedFile) => void;

const maxFields = 5;
const maxFieldBytes = 1024;

/** Reads the multipart field `file`. What is wrong with it is an outcome for the page, which keeps its form and says so. */
@Injectable()
export class CsvUploadInterceptor implements NestInterceptor {
  private readonly field: NestInterceptor;

  constructor(private readonly files: ImportFiles) {
    const limits = { files: 1, fields: maxFields, fieldSize: maxFieldBytes, parts: maxFields + 1 };
    this.field = new (FileInterceptor('file', { limits, storage: this.storage() }))();
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<UploadRequest>();
    try {
      const answer = await this.field.intercept(context, next);
      request.csvUpload = request.file ? { ok: true, file: request.file } : refused(chooseFile);
      return answer as Observable<unknown>;
    } catch (error) {
      request.csvUpload = refusalOf(error);
      return next.handle();
    }
  }

  /** What multer calls for a file as it arrives: it is in nobody's memory as a whole. */
  private storage(): object {
    return {
      _handleFile: (request: UploadRequest, { stream }: { stream: Readable }, done: Done) => {
        const limits = isCheck(request) ? largeLimits : uploadLimits;
        // Destroyed, it would break the request off before anybody has said why.
        const parts = stream.iterator({ destroyOnReturn: false });
        this.files.receive(request.actor!, parts, limits).then((file) => done(null, file), done);
      },
      _removeFile: (_request: UploadRequest, { id }: ReceivedFile, done: Done) => {
        this.files.discard(id).then(() => done(null), done);
      },
    };
  }
}

export function csvUpload(request: Request): CsvUpload {
  return (request as UploadRequest).csvUpload ?? refused(chooseFile);
}

/** Whether the page's own button asks for mapping and dry run; the field comes before the file. */
export function isCheck({ body }: Request): boolean {
  return (body as { step?: unknown } | undefined)?.step === 'check';
}

const chooseFile = 'Choose a CSV file.';

function refused(reason: string, status = HttpStatus.UNPROCESSABLE_ENTITY): CsvUpload {
  return { ok: false, reason, status };
}

function refusalOf(error: unknown): CsvUpload {
  if (error instanceof UploadTooLarge) {
    return refused(error.message, HttpStatus.PAYLOAD_TOO_LARGE);
  }
  if (error instanceof BadRequestException || isBrokenOff(error)) {
    return refused('The file did not arrive whole, or not in the field "file". Choose it again.');
  }
  if (error instanceof HttpException) {
    return refused(chooseFile);
  }
  throw error;
}

function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && /unexpected end of form|aborted|premature/i.test(error.message);
}
