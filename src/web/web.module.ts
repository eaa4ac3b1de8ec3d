import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ErrorFilter } from './error.filter.js';
import { OriginGuard } from './origin.guard.js';
import { PageInterceptor } from './page.interceptor.js';
import { PageRenderer } from './page-renderer.service.js';

@Global()
@Module({
  providers: [
    PageRenderer,
    { provide: APP_GUARD, useClass: OriginGuard },
    { provide: APP_INTERCEPTOR, useClass: PageInterceptor },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
  exports: [PageRenderer],
})
export class WebModule {}
