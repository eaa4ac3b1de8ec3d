import { isId } from '../../web/id.pipe.js';

/** The page of one candidate. */
export function candidateHref(invitationId: string): string {
  return `/app/candidates/${invitationId}`;
}

/** The page of the candidate whom a form names in `candidate`: it was sent from there, and leads back. */
export function placeOfForm(body: Readonly<Record<string, unknown>> | undefined): string | null {
  const id = body?.['candidate'];
  return isId(id) ? candidateHref(id) : null;
}
