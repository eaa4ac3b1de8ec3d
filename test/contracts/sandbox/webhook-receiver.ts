import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trigger: string;
  readonly payload: Record<string, unknown>;
}

/** A subscriber on this machine; `onWebhook` runs before it answers. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  onWebhook: (webhook: ReceivedWebhook) => Promise<void> | void = () => {};
  private readonly server: Server = createServer(async (request, response) => {
    const body = await text(request);
    const { triggerEvent: trigger, payload } = JSON.parse(body) as {
      triggerEvent: string;
      payload: Record<string, unknown>;
    };
    const webhook = { headers: request.headers, body, trigger, payload };
    this.received.push(webhook);
    await this.onWebhook(webhook);
    response.end('ok');
  });

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  get last(): ReceivedWebhook {
    const last = this.received.at(-1);
    if (!last) throw new Error('no webhook arrived');
    return last;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
