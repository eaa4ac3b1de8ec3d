/** Whoever is about to be erased, as their invitation says last. */
export interface Person {
  readonly invitationId: string;
  readonly assessmentId: string;
  readonly externalId: string | null;
  readonly name: string;
  readonly email: string;
}

/** What stands where the name stood. */
export const erasedName = 'Erased candidate';

/** SQL: what stands where an address stood, from the id of its row. Nothing is ever delivered there (RFC 2606). */
export function erasedAddress(id: string): string {
  return `${id}::text || '@erased.invalid'`;
}

export function idsOf(people: readonly Person[]): string[] {
  return people.map(({ invitationId }) => invitationId);
}
