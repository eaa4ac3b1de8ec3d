export const roles = ['viewer', 'scheduler', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who acts, for which organization: a signed-in person, a program, or the system (jobs, webhooks, the command line). */
export interface Actor {
  readonly orgId: string;
  readonly role: Role;
  readonly userId: string | null;
  /** Of a program that showed a token of the organization. */
  readonly apiToken?: { readonly id: string; readonly name: string };
}

export function systemActor(orgId: string): Actor {
  return { orgId, role: 'admin', userId: null };
}

export function actsAs(actor: Actor, needed: Role): boolean {
  return roles.indexOf(actor.role) >= roles.indexOf(needed);
}
