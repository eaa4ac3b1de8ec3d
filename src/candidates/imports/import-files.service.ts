import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../shared/actor.js';
import type { ImportLimits } from '../invitation-import.service.js';

const pieceBytes = 256 * 1024;

/** The message is written for the person who chose the file. */
export class UploadTooLarge extends Error {
  constructor({ maxBytes, beyond }: ImportLimits) {
    super(`The file is larger than ${maxBytes / 1024 / 1024} MB. ${beyond}`);
  }
}

/** A file that has arrived whole. */
export interface ReceivedFile {
  readonly id: string;
  readonly bytes: number;
}

/**
 * The bytes of uploaded files, in Postgres and not on a disk: whichever replica checks or imports a file finds it, and
 * what is discarded is gone everywhere. One piece at a time is in memory.
 */
@Injectable()
export class ImportFiles {
  constructor(private readonly dataSource: DataSource) {}

  /** Throws `UploadTooLarge`; of what breaks off nothing stays. */
  async receive(actor: Actor, stream: AsyncIterable<Buffer>, limits: ImportLimits): Promise<ReceivedFile> {
    const [{ id }] = await this.dataSource.query<[{ id: string }]>(
      'insert into candidate_imports (org_id, user_id) values ($1, $2) returning id',
      [actor.orgId, actor.userId],
    );
    try {
      const bytes = await this.keep(actor, id, stream, limits);
      await this.dataSource.query('update candidate_imports set bytes = $2 where id = $1', [id, bytes]);
      return { id, bytes };
    } catch (error) {
      await this.discard(id);
      throw error;
    }
  }

  async *read(id: string): AsyncGenerator<Buffer> {
    for (let place = 0; ; place += 1) {
      const [piece] = await this.dataSource.query<{ content: Buffer }[]>(
        'select content from candidate_import_pieces where import_id = $1 and place = $2',
        [id, place],
      );
      if (!piece) {
        return;
      }
      yield piece.content;
    }
  }

  async discard(id: string): Promise<void> {
    await this.dataSource.query('delete from candidate_imports where id = $1', [id]);
  }

  private async keep(actor: Actor, id: string, stream: AsyncIterable<Buffer>, limits: ImportLimits): Promise<number> {
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    let bytes = 0;
    let place = 0;
    const store = async () => {
      await this.dataSource.query(
        'insert into candidate_import_pieces (import_id, place, org_id, content) values ($1, $2, $3, $4)',
        [id, place, actor.orgId, Buffer.concat(waiting)],
      );
      place += 1;
      [waiting, waitingBytes] = [[], 0];
    };
    for await (const part of stream) {
      bytes += part.length;
      if (bytes > limits.maxBytes) {
        throw new UploadTooLarge(limits);
      }
      waiting.push(part);
      waitingBytes += part.length;
      if (waitingBytes >= pieceBytes) {
        await store();
      }
    }
    if (waitingBytes > 0) {
      await store();
    }
    return bytes;
  }
}
