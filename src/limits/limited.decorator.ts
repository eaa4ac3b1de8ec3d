import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { LimitGuard, limitsOfRoute } from './limit.guard.js';
import type { RouteLimit } from './limit.js';

/** Counts the requests of a route, once it is known who asks and whether they may. */
export const Limited = (limits: readonly RouteLimit[]) =>
  applyDecorators(SetMetadata(limitsOfRoute, limits), UseGuards(LimitGuard));
