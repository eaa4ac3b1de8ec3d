import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type request from 'supertest';
import type { DataSource } from 'typeorm';
import type { Actor } from '../../src/shared/actor.js';

const key = randomBytes(24);

export const resendWebhookSecret = `whsec_${key.toString('base64')}`;

export interface Signed {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A body as Resend would sign it; `secondsAgo` and `by` are for those who forge. */
export function signed(body: string, { id = `msg_${randomUUID()}`, secondsAgo = 0, by = key } = {}): Signed {
  const timestamp = `${Math.floor(Date.now() / 1000) - secondsAgo}`;
  const signature = createHmac('sha256', by).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    body,
    headers: { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `v1,${signature}` },
  };
}

export function post(visitor: ReturnType<typeof request.agent>, { body, headers }: Signed): request.Test {
  return visitor.post('/webhooks/resend').set(headers).type('application/json').send(body);
}

export interface MailEvent {
  readonly emailId?: string;
  readonly providerId?: string;
  readonly at?: string;
  readonly data?: object;
}

/** An event about one mail, in Resend's words. */
export function mailEvent(type: string, { emailId, providerId = 're-1', at, data }: MailEvent): string {
  const time = at ?? new Date().toISOString();
  return JSON.stringify({
    type,
    created_at: time,
    data: {
      email_id: providerId,
      created_at: time,
      from: 'Acme Interviews <interviews@acme.example>',
      to: ['zoe.secret@people.example'],
      subject: 'Meeting Invitation - Logic',
      ...(emailId && { tags: { email_id: emailId } }),
      ...data,
    },
  });
}

export interface StoredMail {
  readonly id: string;
  readonly to: string;
  readonly state: string;
  readonly kind: string;
  /** '' is none. */
  readonly providerId: string;
}

const untried = ['draft', 'skipped', 'cancelled', 'queued', 'sending'];

/** A mail of its own send to somebody of its own, written yesterday and not due for an hour. */
export async function storeMail(db: DataSource, actor: Actor, given: Partial<StoredMail> = {}): Promise<StoredMail> {
  const mail = {
    to: `c${randomBytes(6).toString('hex')}@people.example`,
    state: 'accepted',
    kind: 'invitation',
    providerId: `re-${randomUUID()}`,
    ...given,
  };
  const [row] = await db.query<{ id: string }[]>(
    `with assessment as (insert into assessments (org_id, title) values ($1, gen_random_uuid()) returning id),
     invitation as (
       insert into invitations (org_id, assessment_id, name, email, status)
       select $1, id, 'Zoë Quint', $2, 'submitted' from assessment returning id),
     template as (insert into email_templates (org_id, subject, body) values ($1, 'Hello', 'Hello') returning id),
     send as (
       insert into sends (org_id, event_type_id, template_id, subject, body)
       select $1, 1, id, 'Hello', 'Hello' from template returning id)
     insert into emails (org_id, send_id, invitation_id, kind, state, to_name, to_address, provider_id, sent_at, due_at,
                         created_at)
     select $1, send.id, invitation.id, $3, $4, 'Zoë Quint', $2, nullif($5, ''),
            case when $6::boolean then now() - interval '1 hour' end, now() + interval '1 hour', now() - interval '1 day'
       from send, invitation returning id`,
    [actor.orgId, mail.to, mail.kind, mail.state, mail.providerId, !untried.includes(mail.state)],
  );
  return { ...mail, id: row!.id };
}
