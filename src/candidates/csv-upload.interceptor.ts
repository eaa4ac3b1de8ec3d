import {
  BadRequestException,
  HttpException,
  Injectable,
  PayloadTooLargeException,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { uploadLimits } from './invitation-import.service.js';

export type CsvUpload = { ok: true; bytes: Uint8Array } | { ok: false; reason: string };

type UploadRequest = Request & { file?: { buffer: Buffer }; csvUpload?: CsvUpload };

const maxFields = 5;
const maxFieldBytes = 1024;
const megabytes = uploadLimits.maxBytes / 1024 / 1024;

const FieldInterceptor = FileInterceptor('file', {
  limits: {
    fileSize: uploadLimits.maxBytes,
    files: 1,
    fields: maxFields,
    fieldSize: maxFieldBytes,
    parts: maxFields + 1,
  },
});

/** Reads the multipart field `file`. What is wrong with it is an outcome for the page, which keeps its form and says so. */
@Injectable()
export class CsvUploadInterceptor implements NestInterceptor {
  private readonly field = new FieldInterceptor();

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<UploadRequest>();
    try {
      const answer = await this.field.intercept(context, next);
      request.csvUpload = uploadOf(request);
      return answer;
    } catch (error) {
      request.csvUpload = { ok: false, reason: reasonOf(error) };
      return next.handle();
    }
  }
}

export function csvUpload(request: Request): CsvUpload {
  return (request as UploadRequest).csvUpload ?? { ok: false, reason: chooseFile };
}

const chooseFile = 'Choose a CSV file.';

function uploadOf({ file }: UploadRequest): CsvUpload {
  return file ? { ok: true, bytes: file.buffer } : { ok: false, reason: chooseFile };
}

function reasonOf(error: unknown): string {
  if (error instanceof PayloadTooLargeException) {
    return `The file is larger than ${megabytes} MB. Split it and choose the parts.`;
  }
  if (error instanceof BadRequestException) {
    return 'The file did not arrive whole, or not in the field "file". Choose it again.';
  }
  if (error instanceof HttpException) {
    return chooseFile;
  }
  throw error;
}
