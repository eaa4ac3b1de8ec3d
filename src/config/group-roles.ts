import type { Role } from '../shared/actor.js';

/** Whoever is in this group at the provider has this role. */
export interface GroupRole {
  readonly group: string;
  /** The organization by its slug; null: the first there is. */
  readonly organization: string | null;
  readonly role: Role;
}

/** The role stands after the last `=`: names of groups have some of their own. One with a comma stands in quotes. */
const entry =
  /\s*(?:"((?:[^"]|"")+)"|([^\s",][^",\n]*?))\s*=\s*(?:([a-z0-9-]+):)?(viewer|scheduler|admin)\s*(?:[,\n]+\s*|$)/y;

/** Reads `group=role` and `group=organization:role`, separated by commas or lines. Null for anything else. */
export function parseGroupRoles(text: string): GroupRole[] | null {
  const found: GroupRole[] = [];
  entry.lastIndex = 0;
  while (entry.lastIndex < text.length) {
    const [, quoted, plain = '', organization = null, role] = entry.exec(text) ?? [];
    if (!role) return null;
    found.push({ group: quoted?.replaceAll('""', '"') ?? plain, organization, role: role as Role });
  }
  return found;
}
