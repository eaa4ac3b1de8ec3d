export const roles = ['viewer', 'scheduler', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who acts, for which organization: a signed-in person, a program, or the system (jobs, webhooks, the command line). */
export interface Actor {
  readonly orgId: string;
  readonly role: Role;
  readonly userId: string | null;
  /** Of a program that showed a token of the organization. */
  readonly apiToken?: { readonly id: string; readonly name: string };
  /** Who it is where neither a person with an account nor a program acts; without it, the system by itself. */
  readonly as?: 'candidate' | 'command' | 'nobody';
}

export function systemActor(orgId: string): Actor {
  return { orgId, role: 'admin', userId: null };
}

/** Whoever holds a candidate's link. */
export function candidateActor(orgId: string): Actor {
  return { ...systemActor(orgId), as: 'candidate' };
}

export function commandLineActor(orgId: string): Actor {
  return { ...systemActor(orgId), as: 'command' };
}

export function actsAs(actor: Actor, needed: Role): boolean {
  return roles.indexOf(actor.role) >= roles.indexOf(needed);
}
