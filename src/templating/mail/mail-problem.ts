export type MailField = 'subject' | 'body';

/** One thing an admin has to mend before a template is accepted, said so that they can. */
export interface MailProblem {
  readonly field: MailField;
  readonly message: string;
  readonly name?: string;
}
