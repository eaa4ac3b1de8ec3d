import { Global, Module } from '@nestjs/common';
import { join } from 'node:path';
import { SETTINGS, type Settings } from '../config/settings.js';
import { projectRoot } from '../shared/project-root.js';
import { TemplateEngine } from './template-engine.js';

@Global()
@Module({
  providers: [
    {
      provide: TemplateEngine,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => new TemplateEngine(join(projectRoot, 'views'), settings.production),
    },
  ],
  exports: [TemplateEngine],
})
export class TemplatingModule {}
