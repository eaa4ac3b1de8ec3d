import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type request from 'supertest';

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
