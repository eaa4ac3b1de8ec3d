import type { ListedInvite } from '../../accounts/invites/member-invites.service.js';
import type { ListedMember } from '../../accounts/memberships.service.js';
import { roleWords } from '../../accounts/role-words.js';
import { roles } from '../../shared/actor.js';
import { timeAgo } from '../../shared/time-ago.js';
import { comingTime, relativeTime } from '../../shared/zoned-time.js';

export const membersPath = '/app/settings/members';
/** Several forms of a page may ask for the password. */
export const factorPassword = 'factorPassword';

export function memberView(member: ListedMember, ownId: string | null, timeZone: string) {
  const {
    userId,
    name,
    email,
    role,
    since,
    lastSeenAt,
    disabled,
    hasFactor,
    belongsElsewhere,
    fromProvider,
    isLastAdmin,
  } = member;
  return {
    href: `${membersPath}/${userId}`,
    name,
    email,
    role: roleWords[role].word,
    since: relativeTime(since, timeZone),
    lastSeen: lastSeenAt ? relativeTime(lastSeenAt, timeZone) : 'Never',
    disabled,
    hasFactor,
    belongsElsewhere,
    fromProvider,
    isLastAdmin,
    isSelf: userId === ownId,
  };
}

export function inviteView(
  { id, address, role, createdAt, expiresAt, expired, invitedByName }: ListedInvite,
  timeZone: string,
) {
  return {
    href: `${membersPath}/invites/${id}`,
    address,
    role: roleWords[role].word,
    made: `${timeAgo(createdAt)}, by ${invitedByName ?? 'a former member'}`,
    expires: comingTime(expiresAt, timeZone),
    expired,
  };
}

/** The roles to choose from, the weakest first. */
export function roleChoices(chosen: unknown) {
  return roles.map((value) => ({ value, ...roleWords[value], checked: value === chosen }));
}

/** Who would have to set one up. */
export function factorView(members: readonly ListedMember[], ownId: string | null, asked: boolean) {
  const without = members.filter(({ hasFactor, disabled }) => !hasFactor && !disabled).length;
  return {
    asked,
    mayAsk: members.some(({ userId, hasFactor }) => userId === ownId && hasFactor),
    without: withoutFactor(without),
  };
}

function withoutFactor(count: number): string {
  if (count === 0) return 'Everybody has one.';
  return count === 1 ? 'One person has none yet.' : `${count} people have none yet.`;
}
