import { Module } from '@nestjs/common';
import { CalComModule } from '../cal-com/cal-com.module.js';
import { CalComSettingsController } from './cal-com/cal-com-settings.controller.js';

@Module({ imports: [CalComModule], controllers: [CalComSettingsController] })
export class SettingsModule {}
