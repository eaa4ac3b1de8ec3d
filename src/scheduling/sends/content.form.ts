import { isId } from '../../web/id.pipe.js';

/** What the forms of a draft post: the revision that was on the screen, and the message where it came along. */
export interface ContentForm {
  readonly revision: number;
  readonly content: { readonly subject: string; readonly message: string } | null;
}

export function readContent(body: Readonly<Record<string, unknown>>): ContentForm {
  const { subject, message, revision } = body;
  const typed = typeof subject === 'string' && typeof message === 'string';
  return {
    revision: typeof revision === 'string' && /^\d{1,9}$/.test(revision) ? Number(revision) : 0,
    // A browser sends a text field with CRLF, whatever was in it.
    content: typed
      ? { subject: subject.replaceAll('\0', '').trim(), message: message.replaceAll('\0', '').replace(/\r\n?/g, '\n') }
      : null,
  };
}

export interface WriteOnceForm {
  readonly revision: number;
  /** Null where no mail is named: such a form did not come from our page. */
  readonly emailId: string | null;
  readonly confirmed: boolean;
}

export function readWriteOnce(body: Readonly<Record<string, unknown>>): WriteOnceForm {
  const { email_id: emailId, confirmed } = body;
  return {
    revision: readContent(body).revision,
    emailId: isId(emailId) ? emailId : null,
    confirmed: confirmed === 'yes',
  };
}
