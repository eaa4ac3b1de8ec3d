import type { AssessmentNote } from './assessment-notes.js';
import type { CountedAssessment } from './assessments.service.js';
import { invitationStatuses } from './invitation.entity.js';

export interface AssessmentView {
  readonly id: string;
  readonly title: string;
  readonly isClosed: boolean;
  readonly total: string;
  readonly counts: readonly { readonly label: string; readonly count: string; readonly href: string | null }[];
  readonly href: string;
  readonly note: AssessmentNote | null;
}

export function assessmentViews(
  list: readonly CountedAssessment[],
  notes: ReadonlyMap<string, AssessmentNote>,
): AssessmentView[] {
  return list.map(({ assessment, counts, total }) => {
    const href = `/app/scheduling?assessment_id=${assessment.id}`;
    return {
      id: assessment.id,
      title: assessment.title,
      isClosed: assessment.isClosed,
      total: total === 1 ? '1 candidate' : `${inDigits(total)} candidates`,
      counts: invitationStatuses.map((status) => ({
        label: capitalized(status),
        count: inDigits(counts[status]),
        href: counts[status] > 0 ? `${href}&status=${status}` : null,
      })),
      href,
      note: notes.get(assessment.id) ?? null,
    };
  });
}

function inDigits(count: number): string {
  return count.toLocaleString('en');
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
