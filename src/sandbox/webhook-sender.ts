import { createHmac } from 'node:crypto';
import { type SandboxState } from './state.js';
import { type Trigger, type Webhook } from './webhook.js';

export interface Delivery {
  readonly webhookId: string;
  readonly trigger: Trigger;
  readonly url: string;
  readonly body: string;
  readonly signature: string;
  /** The receiver's answer; null when there was none. */
  readonly status: number | null;
}

/** Tells subscribers once, waits for them, and does not care what they answer: as Cal.com does. */
export class WebhookSender {
  readonly deliveries: Delivery[] = [];

  constructor(
    private readonly state: SandboxState,
    private readonly now: () => Date,
    private readonly receiverTimeoutMs: number,
  ) {}

  async announce(hostId: number, trigger: Trigger, payload: object): Promise<void> {
    const subscribers = this.state.webhooks.filter(
      (webhook) => webhook.userId === hostId && webhook.active && webhook.triggers.includes(trigger),
    );
    await Promise.all(subscribers.map((webhook, index) => this.deliver(webhook, trigger, payload, index)));
  }

  private async deliver(webhook: Webhook, trigger: Trigger, payload: object, index: number): Promise<void> {
    // Each copy has its own time: bodies and signatures of duplicates differ by a millisecond.
    const createdAt = new Date(this.now().getTime() + index).toISOString();
    const body = JSON.stringify({ triggerEvent: trigger, createdAt, payload });
    const signature = sign(body, webhook.secret);
    const status = await post(webhook.subscriberUrl, body, signature, this.receiverTimeoutMs);
    this.deliveries.push({ webhookId: webhook.id, trigger, url: webhook.subscriberUrl, body, signature, status });
  }
}

export function sign(body: string, secret: string | null): string {
  return secret ? createHmac('sha256', secret).update(body).digest('hex') : 'no-secret-provided';
}

async function post(url: string, body: string, signature: string, timeoutMs: number): Promise<number | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'Content-Type': 'application/json',
        'X-Cal-Signature-256': signature,
        'X-Cal-Webhook-Version': '2021-10-20',
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return null;
  }
}
