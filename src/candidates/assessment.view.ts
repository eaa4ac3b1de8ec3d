import type { CountedAssessment } from './assessments.service.js';
import { invitationStatuses } from './invitation.entity.js';

export interface AssessmentView {
  readonly id: string;
  readonly title: string;
  readonly isClosed: boolean;
  readonly total: string;
  readonly counts: readonly { readonly status: string; readonly count: string; readonly href: string | null }[];
  readonly href: string;
}

export function assessmentViews(list: readonly CountedAssessment[]): AssessmentView[] {
  return list.map(({ assessment, counts, total }) => {
    const href = `/app/scheduling?assessment_id=${assessment.id}`;
    return {
      id: assessment.id,
      title: assessment.title,
      isClosed: assessment.isClosed,
      total: inDigits(total),
      counts: invitationStatuses.map((status) => ({
        status,
        count: inDigits(counts[status]),
        href: counts[status] > 0 ? `${href}&status=${status}` : null,
      })),
      href,
    };
  });
}

function inDigits(count: number): string {
  return count.toLocaleString('en');
}
