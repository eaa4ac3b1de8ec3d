import type { Actor } from '../shared/actor.js';

/** Something about an assessment that everybody should know, and where whoever asks can do something about it. */
export interface AssessmentNote {
  readonly text: string;
  readonly href: string | null;
}

/** By the id of the assessment. */
export interface AssessmentNotes {
  list(actor: Actor): Promise<ReadonlyMap<string, AssessmentNote>>;
}

/** `scheduling` has them; it outranks `candidates`, so they come by token. */
export const ASSESSMENT_NOTES = Symbol('assessment notes');
