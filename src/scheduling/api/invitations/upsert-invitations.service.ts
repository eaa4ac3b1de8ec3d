import { ConflictException, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../../../activity/record-activity.js';
import { takeImportTurn } from '../../../candidates/invitation-merge.js';
import { InvitationReader, longestTitle, type ReadInvitation } from '../../../candidates/invitation-row.js';
import { InvitationStaging } from '../../../candidates/invitation-staging.js';
import { readLabel, readPlainText, type PlainText } from '../../../candidates/plain-text.js';
import { Fingerprints } from '../../../encryption/fingerprints.service.js';
import type { Actor } from '../../../shared/actor.js';
import { refusal } from '../payload.pipe.js';
import type { InvitationsAnswer } from './invitations.answer.js';
import type { InvitationsPayload } from './invitations.payload.js';

const longestExternalId = 200;

/** What the assessment platform knows, taken over by the rules of the import; the same again changes nothing. */
@Injectable()
export class UpsertInvitationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly fingerprints: Fingerprints,
  ) {}

  async upsert(actor: Actor, { assessment, invitations }: InvitationsPayload): Promise<InvitationsAnswer['data']> {
    const externalId = kept('assessment.external_id', readPlainText(assessment.external_id, 'It', longestExternalId));
    const title = kept('assessment.title', readLabel(assessment.title, 'The title', longestTitle));
    return this.dataSource.transaction(async (manager) => {
      const reader = new InvitationReader(await takeTurn(manager, actor));
      await placeAssessment(manager, actor, externalId, title);
      const read = invitations.map(({ external_id, name, email, status, submitted_at, time_zone }) =>
        reader.read({
          name,
          email,
          assessment: title,
          status: status ?? '',
          submitted_at: submitted_at ?? '',
          time_zone: time_zone ?? '',
          external_id: external_id ?? '',
        }),
      );
      const staging = await InvitationStaging.open(manager, actor.orgId, this.fingerprints);
      const settled = await settle(staging, read);
      await note(manager, actor, [...settled.values()]);
      return read.map((row, index) => ({
        external_id: invitations[index]!.external_id ?? null,
        ...(row.ok ? settled.get(index + 1)! : { invitation_id: null, outcome: 'refused', error: row.reason }),
      }));
    });
  }
}

type Settled = Omit<InvitationsAnswer['data'][number], 'external_id'>;

async function settle(staging: InvitationStaging, read: readonly ReadInvitation[]): Promise<Map<number, Settled>> {
  await staging.add(read.flatMap((row, index) => (row.ok ? [{ ...row.row, line: index + 1 }] : [])));
  await staging.settle();
  const outcomes = await staging.outcomes();
  return new Map(
    outcomes.map(({ line, invitationId, outcome, reason }) => [
      line,
      // The import speaks of lines of a file.
      { invitation_id: invitationId, outcome, error: reason?.replace(/^Line /, 'Entry ') ?? null },
    ]),
  );
}

/** Nothing where nothing was another than before: platforms hand over the same again and again. */
async function note(manager: EntityManager, actor: Actor, settled: readonly Settled[]): Promise<void> {
  const countOf = (wanted: string) => settled.filter(({ outcome }) => outcome === wanted).length;
  const after = { created: countOf('created'), changed: countOf('changed') };
  if (after.created + after.changed > 0) {
    await recordActivity(manager, actor, { action: 'candidates.handed-over', after });
  }
}

/** Known by its external id, else by its title; a title that belongs to another one cannot be taken. */
async function placeAssessment(
  manager: EntityManager,
  { orgId }: Actor,
  externalId: string,
  title: string,
): Promise<void> {
  const known = await manager.query<{ id: string; external_id: string | null }[]>(
    `select id, external_id from assessments where org_id = $1 and (external_id = $2 or lower(title) = lower($3))`,
    [orgId, externalId, title],
  );
  const own = known.find((one) => one.external_id === externalId);
  const namesake = known.find((one) => one !== own);
  if (namesake && (own || namesake.external_id !== null)) {
    throw new ConflictException('Another assessment has this title already.');
  }
  const taken = own ?? namesake;
  await (taken
    ? manager.query('update assessments set external_id = $2, title = $3 where id = $1', [taken.id, externalId, title])
    : manager.query('insert into assessments (org_id, external_id, title) values ($1, $2, $3)', [
        orgId,
        externalId,
        title,
      ]));
}

/** Before anything is changed, or an import that waits for an assessment would wait for ever. */
async function takeTurn(manager: EntityManager, { orgId }: Actor): Promise<string> {
  await takeImportTurn(manager, orgId);
  const [org] = await manager.query<{ timeZone: string }[]>('select time_zone "timeZone" from orgs where id = $1', [
    orgId,
  ]);
  return org!.timeZone;
}

function kept(field: string, text: PlainText): string {
  if (!text.ok) {
    throw refusal([{ field, message: text.fault }]);
  }
  return text.text;
}
