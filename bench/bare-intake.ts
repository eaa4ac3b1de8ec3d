import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Pool } from 'pg';

/** The least that a receiver of webhooks does, in a process of its own: verify, insert, answer. It says its port. */
export interface BareIntakeSettings {
  readonly databaseUrl: string;
  readonly secret: string;
}

process.once('message', ({ databaseUrl, secret }: BareIntakeSettings) => {
  const pool = new Pool({ connectionString: databaseUrl, max: 20 });
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('hex'));
      const given = Buffer.from(`${request.headers['x-cal-signature-256']}`);
      const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
      if (isSigned) {
        await pool.query(
          `insert into webhook_deliveries (provider, external_id, type, payload) values ('bare', $1, 'bare', $2)
           on conflict (provider, external_id) do nothing`,
          [given.toString(), body.toString('utf8')],
        );
      }
      response.writeHead(isSigned ? 200 : 401).end();
    })();
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
});
