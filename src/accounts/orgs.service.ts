import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import { Org } from './org.entity.js';

@Injectable()
export class OrgsService {
  constructor(private readonly dataSource: DataSource) {}

  async find(actor: Actor): Promise<Org> {
    return this.dataSource.getRepository(Org).findOneByOrFail({ id: actor.orgId });
  }
}
