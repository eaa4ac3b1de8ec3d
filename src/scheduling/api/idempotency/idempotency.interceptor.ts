import {
  ConflictException,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import { catchError, mergeMap, of, type Observable } from 'rxjs';
import type { Actor } from '../../../shared/actor.js';
import { refusal } from '../payload.pipe.js';
import { IdempotencyKeysService } from './idempotency-keys.service.js';

const longestKey = 255;

declare global {
  namespace Express {
    interface Request {
      /** The key as it is kept, and what an earlier request with it has started. */
      idempotency?: { readonly key: string; readonly begunSendId: string | null };
    }
  }
}

/**
 * Does what comes with an `Idempotency-Key` once. Only what was done is kept: a request that was refused changed
 * nothing, so its key is free again.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly keys: IdempotencyKeysService) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const given = request.get('Idempotency-Key');
    const { actor } = request;
    if (given === undefined || !actor) {
      return next.handle();
    }
    if (given.trim() === '' || given.length > longestKey) {
      throw refusal([{ field: 'Idempotency-Key', message: `A key has 1 to ${longestKey} characters.` }]);
    }
    const key = keyOf(actor, given);
    const use = await this.keys.use(actor, key, hashOf(request));
    switch (use.kind) {
      case 'again':
        return of(use.body);
      case 'running':
        throw new ConflictException('A request with this key is still running. Ask again in a moment.');
      case 'other request':
        throw new ConflictException('This key was used for another request. Take a new one.');
      default:
        request.idempotency = { key, begunSendId: use.kind === 'begun' ? use.sendId : null };
        return this.once(actor, key, next, context.switchToHttp().getResponse<Response>());
    }
  }

  private once(actor: Actor, key: string, next: CallHandler, response: Response): Observable<unknown> {
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        await this.keys.release(actor, key);
        throw error;
      }),
      mergeMap(async (body: unknown) => {
        await this.keys.keep(actor, key, response.statusCode, body);
        return body;
      }),
    );
  }
}

/** Each token has keys of its own: programs know nothing of each other's. No header holds a line break. */
function keyOf({ apiToken }: Actor, given: string): string {
  return apiToken ? `${apiToken.id}\n${given}` : given;
}

function hashOf({ method, path, body }: Request): string {
  return createHash('sha256')
    .update(JSON.stringify([method, path, body ?? null]))
    .digest('hex');
}
