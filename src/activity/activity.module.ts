import { Module } from '@nestjs/common';
import { Activities } from './activities.service.js';

@Module({ providers: [Activities], exports: [Activities] })
export class ActivityModule {}
