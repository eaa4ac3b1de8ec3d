import type { Actor } from '../../shared/actor.js';
import type { DoctorTools } from './doctor-tools.js';
import type { Finding } from './finding.js';

/** About the server: all organizations share it. */
export interface ServerCheck {
  readonly of: 'server';
  readonly title: string;
  /** Without a database that answers it says nothing. */
  readonly needsDatabase: boolean;
  /** `actors`: of the organizations that are asked about; none while the database is away. */
  examine(tools: DoctorTools, actors: readonly Actor[]): Promise<Finding>;
}

/** About one organization. */
export interface OrganizationCheck {
  readonly of: 'organization';
  readonly title: string;
  examine(tools: DoctorTools, actor: Actor): Promise<Finding>;
}

export type Check = ServerCheck | OrganizationCheck;
