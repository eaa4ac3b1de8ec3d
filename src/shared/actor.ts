export const roles = ['viewer', 'scheduler', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who acts, for which organization: a signed-in person, or the system (jobs, webhooks, the command line). */
export interface Actor {
  readonly orgId: string;
  readonly role: Role;
  readonly userId: string | null;
}

export function systemActor(orgId: string): Actor {
  return { orgId, role: 'admin', userId: null };
}

export function actsAs(actor: Actor, needed: Role): boolean {
  return roles.indexOf(actor.role) >= roles.indexOf(needed);
}
