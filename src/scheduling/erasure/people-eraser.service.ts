import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { forgetUploads, leaveTombstones } from '../../candidates/erased-candidates.js';
import { forgetAddresses } from '../../email/erased-suppressions.js';
import { Fingerprints, type FingerprintPads } from '../../encryption/fingerprints.service.js';
import { holdCandidateStates } from '../candidates/states/candidate-states.service.js';
import { forgetViews } from '../candidates/views/forget-views.js';
import { eraseBookings, eraseStrayPayloads } from './erase-bookings.js';
import { eraseMails, eraseTestMails, skipMails, withMailsOnTheirWay } from './erase-mails.js';
import { eraseFromAnswers, eraseFromMoments, eraseFromTexts, eraseOwnSends, needlesOf } from './erase-texts.js';
import { erasedAddress, erasedName, idsOf, type Person } from './person.js';

/**
 * Takes everything that says who somebody was out of the database. Ids, times, states and numbers stay. Which column
 * is emptied, and why another stays, stands in `erased-columns.ts`.
 */
@Injectable()
export class PeopleEraser {
  constructor(private readonly fingerprints: Fingerprints) {}

  /**
   * In the caller's transaction. Whoever is erased already is left as they are. A mail in a request that is under way
   * keeps its address until that is settled: `eraseRest` then does what is left.
   */
  async erase(manager: EntityManager, orgId: string, invitationIds: readonly string[]): Promise<void> {
    // Whoever imports, drafts or dispatches in the organization holds its row: what they wrote is seen here then.
    await manager.query('select 1 from orgs where id = $1 for no key update', [orgId]);
    // Nor does anybody store the name once more who read it before.
    await holdCandidateStates(manager, orgId);
    const people = await this.lock(manager, orgId, invitationIds);
    const ids = idsOf(people);
    if (ids.length === 0) {
      return;
    }
    const pads = await this.fingerprints.ensure(manager, orgId);
    await leaveTombstones(manager, orgId, pads, people);
    await skipMails(manager, orgId, ids);
    await eraseTestMails(manager, orgId, ids, [...new Set(people.map(({ name }) => name))]);
    const { own, names } = await this.unsharedWords(manager, orgId, people);
    const booked = await eraseBookings(manager, orgId, ids, own);
    const mailed = await eraseMails(manager, orgId, ids);
    const addresses = await this.unshared(manager, orgId, ids, [...own, ...booked, ...mailed]);
    await eraseStrayPayloads(manager, orgId, addresses);
    await this.eraseInvitations(manager, orgId, ids);
    await this.eraseWords(manager, orgId, people, names, addresses);
    await forgetAddresses(manager, orgId, pads, addresses);
  }

  /** What had to wait. Answers the ids that still have to. */
  async eraseRest(manager: EntityManager, orgId: string, ids: readonly string[]): Promise<Set<string>> {
    const pads: FingerprintPads = await this.fingerprints.ensure(manager, orgId);
    const mailed = await eraseMails(manager, orgId, ids);
    const addresses = await this.unshared(manager, orgId, ids, mailed);
    await forgetAddresses(manager, orgId, pads, addresses);
    await eraseOwnSends(manager, orgId, ids);
    return withMailsOnTheirWay(manager, orgId, ids);
  }

  private async lock(manager: EntityManager, orgId: string, ids: readonly string[]): Promise<Person[]> {
    return manager.query(
      `select id "invitationId", assessment_id "assessmentId", external_id "externalId", name, email from invitations
        where org_id = $1 and id = any($2::uuid[]) and erased_at is null order by id for update`,
      [orgId, ids],
    );
  }

  /** Who stays at another assessment keeps address and name in what was written to them there. */
  private async unsharedWords(
    manager: EntityManager,
    orgId: string,
    people: readonly Person[],
  ): Promise<{ own: string[]; names: string[] }> {
    const addresses = people.map(({ email }) => email.toLowerCase());
    const staying = await manager.query<{ name: string; address: string }[]>(
      `select name, lower(email) address from invitations
        where org_id = $1 and lower(email) = any($3) and erased_at is null and id <> all($2::uuid[])`,
      [orgId, idsOf(people), addresses],
    );
    const shared = new Set(staying.map(({ address }) => address));
    const sharedBoth = new Set(staying.map(({ name, address }) => `${address} ${name}`));
    return {
      own: [...new Set(addresses)].filter((address) => !shared.has(address)),
      names: people.map(({ name }) => name).filter((name, place) => !sharedBoth.has(`${addresses[place]} ${name}`)),
    };
  }

  /** Those that belong to nobody who stays. */
  private async unshared(
    manager: EntityManager,
    orgId: string,
    ids: readonly string[],
    addresses: readonly string[],
  ): Promise<string[]> {
    const rows = await manager.query<{ address: string }[]>(
      `select distinct address from unnest($3::text[]) address
        where not exists (select 1 from invitations i where i.org_id = $1 and lower(i.email) = address
                             and i.erased_at is null and i.id <> all($2::uuid[]))`,
      [orgId, ids, addresses],
    );
    return rows.map(({ address }) => address);
  }

  private async eraseInvitations(manager: EntityManager, orgId: string, ids: readonly string[]): Promise<void> {
    await manager.query(
      `update booking_links set revoked_at = clock_timestamp()
        where org_id = $1 and invitation_id = any($2::uuid[]) and revoked_at is null`,
      [orgId, ids],
    );
    await manager.query(
      `update candidate_requests
          set note = '', windows = '[]', time_zone = 'UTC', settled_at = coalesce(settled_at, clock_timestamp())
        where org_id = $1 and invitation_id = any($2::uuid[])`,
      [orgId, ids],
    );
    await manager.query(
      `update booking_assignment_rows
          set time_zone = 'UTC', reason = null, state = case state when 'waiting' then 'stopped' else state end
        where org_id = $1 and invitation_id = any($2::uuid[])`,
      [orgId, ids],
    );
    await manager.query('delete from candidate_notes where org_id = $1 and invitation_id = any($2::uuid[])', [
      orgId,
      ids,
    ]);
    await manager.query('delete from booking_claims where org_id = $1 and invitation_id = any($2::uuid[])', [
      orgId,
      ids,
    ]);
    await manager.query('delete from candidate_states where org_id = $1 and invitation_id = any($2::uuid[])', [
      orgId,
      ids,
    ]);
    await manager.query(
      `update invitations
          set name = '${erasedName}', email = ${erasedAddress('id')}, external_id = null, time_zone = null,
              erased_at = clock_timestamp(), updated_at = now()
        where org_id = $1 and id = any($2::uuid[])`,
      [orgId, ids],
    );
  }

  private async eraseWords(
    manager: EntityManager,
    orgId: string,
    people: readonly Person[],
    names: readonly string[],
    addresses: readonly string[],
  ): Promise<void> {
    const ids = idsOf(people);
    const externalIds = people.flatMap(({ externalId }) => externalId?.toLowerCase() ?? []);
    const needles = needlesOf(names, addresses);
    await eraseOwnSends(manager, orgId, ids);
    await eraseFromTexts(manager, orgId, needles);
    const words = [...names.map((name) => name.toLowerCase()), ...addresses];
    await eraseFromMoments(manager, words);
    await forgetViews(manager, orgId, words);
    await forgetUploads(manager, orgId, words);
    await eraseFromAnswers(manager, orgId, ids, [...needles, ...externalIds]);
  }
}
