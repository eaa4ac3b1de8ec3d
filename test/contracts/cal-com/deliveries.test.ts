import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Vault } from '../../../src/encryption/vault.service.js';
import { BookingNews } from '../../../src/webhooks/cal-com/booking-news.service.js';
import { startApp, type TestApp } from '../../support/app.js';

/** One webhook as a server of the community edition sent it, byte by byte. */
interface Delivery {
  readonly name: string;
  readonly contentType: string;
  readonly signature: string;
  /** The one it was registered with; null where there was none. */
  readonly secret: string | null;
  readonly body: string;
}

const deliveries = readFileSync(join(import.meta.dirname, 'deliveries.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Delivery);
const path = '/webhooks/cal-com/recorded-endpoint-0001';
const unsigned = ['050-BOOKING_CREATED-no-secret', '051-BOOKING_CREATED-empty-secret'];
/** Their body was a template of whoever registered the webhook: another JSON, and no JSON at all. */
const templates = { json: '056-nontrigger-tpl-json', text: '057-nontrigger-tpl-text' };

describe('what the route of the webhook makes of the deliveries of a real server', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp();
    // With a key that cannot be read, nobody looks after the endpoint meanwhile.
    await test.db.query(`insert into cal_com_configs (org_id, endpoint_id, api_key) values ($1, $2, 'unreadable')`, [
      test.acme.orgId,
      path.split('/').at(-1),
    ]);
  });
  beforeEach(() =>
    test.db.query(
      `delete from webhook_deliveries; delete from cal_com_bookings; delete from cal_com_event_types;
       delete from pgboss.job where name = 'booking-hint'`,
    ),
  );
  afterAll(() => test.stop());

  const send = async ({ contentType, signature, secret, body }: Delivery) => {
    const { orgId } = test.acme;
    const sealed = test.app.get(Vault).encrypt(secret ?? '', `${orgId}|cal_com_configs|webhook_secret|${orgId}`);
    await test.db.query('update cal_com_configs set webhook_secret = $2 where org_id = $1', [orgId, sealed]);
    return test.visitor().post(path).type(contentType).set('X-Cal-Signature-256', signature).send(body);
  };
  const kept = async () => {
    await test.app.get(BookingNews).passOn(0);
    return test.db.query<object[]>(
      `select type, booking_id "bookingId", payload,
              (select count(*)::int from pgboss.job where name = 'booking-hint' and data->>'deliveryId' = d.id::text) hints
         from webhook_deliveries d`,
    );
  };
  const use = (eventTypeId: number) =>
    test.db.query(
      `insert into cal_com_event_types (org_id, event_type_id, title, slug, length_in_minutes, booking_url, used)
       values ($1, $2, 'In use', 'in-use', 30, 'https://cal.example', true)`,
      [test.acme.orgId, eventTypeId],
    );
  const know = (bookingId: string) =>
    test.db.query(
      `insert into cal_com_bookings (org_id, booking_id, booking_url, status, start_time, end_time)
       values ($1, $2, 'https://cal.example', 'confirmed', now(), now())`,
      [test.acme.orgId, bookingId],
    );

  it('are all there', () => {
    expect(deliveries).toHaveLength(128);
    expect(deliveries.filter(({ secret }) => secret === null).map(({ name }) => name)).toEqual(unsigned);
  });

  it.each(unsigned)('%s is refused', async (name) => {
    const delivery = named(name);
    await use(1);
    for (const secret of [delivery.secret, 'whsec-local-test-1']) {
      expect(await send({ ...delivery, secret })).toMatchObject({ status: 401 });
    }
    expect(await kept()).toEqual([]);
  });

  it(`${templates.text} is signed and no JSON`, async () => {
    expect(await send(named(templates.text))).toMatchObject({ status: 400 });
    expect(await kept()).toEqual([]);
  });

  it(`${templates.json} says whose booking it is, and nothing that is understood`, async () => {
    const delivery = named(templates.json);
    await know('gCtSLkcx4ZtUeJ5ZFLe9XQ');
    expect(await send(delivery)).toMatchObject({ status: 200 });
    expect(await kept()).toEqual([
      { type: 'unreadable', bookingId: 'gCtSLkcx4ZtUeJ5ZFLe9XQ', payload: delivery.body, hints: 0 },
    ]);
  });

  const plain = deliveries.filter(({ name }) => ![...unsigned, ...Object.values(templates)].includes(name));
  it.each(plain.map(({ name }) => name))('%s is accepted and understood', async (name) => {
    const delivery = named(name);
    const { trigger, uid, eventTypeId } = saidBy(delivery);
    expect(name).toContain(trigger);
    await use(eventTypeId === 1 ? 2 : 1);
    expect(await send(delivery)).toMatchObject({ status: 200 });
    expect(await kept()).toEqual([]);

    await (eventTypeId === null ? know(uid) : use(eventTypeId));
    expect(await send(delivery)).toMatchObject({ status: 200 });
    expect(await kept()).toEqual([{ type: trigger, bookingId: uid, payload: delivery.body, hints: 1 }]);
    expect(await send({ ...delivery, body: `${delivery.body} ` })).toMatchObject({ status: 401 });
  });
});

function named(name: string): Delivery {
  return deliveries.find((delivery) => delivery.name === name)!;
}

/** As the guide of Cal.com describes it, read without the code under test. */
function saidBy({ body }: Delivery): { trigger: string; uid: string; eventTypeId: number | null } {
  const { triggerEvent, payload, ...flat } = JSON.parse(body) as Record<string, unknown>;
  const booking = (payload ?? flat) as Record<string, unknown>;
  return {
    trigger: triggerEvent as string,
    uid: (booking['uid'] ?? booking['bookingUid']) as string,
    eventTypeId: (booking['eventTypeId'] ?? null) as number | null,
  };
}
