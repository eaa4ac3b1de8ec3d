import { SetMetadata } from '@nestjs/common';
import type { Role } from '../shared/actor.js';

export const publicRoute = 'route is public';
export const neededRole = 'role the route needs';
export const personalRoute = 'route belongs to the person';

/** Opens a route to everybody. Without it (and without `Needs`) a route asks for a signed-in viewer. */
export const Public = () => SetMetadata(publicRoute, true);

/** Asks for this role or a stronger one. */
export const Needs = (role: Role) => SetMetadata(neededRole, role);

/** What belongs to a person, whatever the organization they are in. */
export const Personal = () => SetMetadata(personalRoute, true);
