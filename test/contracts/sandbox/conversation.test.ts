import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { type RecordedCall, readConversation, Translation, withoutMoments } from './conversation.js';
import { becomeRecordedWorld, keys } from './recorded-world.js';

type Answer = { status?: string; data?: { id?: string; uid?: string } };

/** The whole recorded conversation once more, with the sandbox in the place of the real server. */
describe('the sandbox beside a real server', () => {
  const translation = new Translation();
  const conversation = readConversation();
  let now = new Date();
  let sandbox: Sandbox;
  let receiver: Server;

  beforeAll(async () => {
    receiver = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    translation.learn('http://receiver.test', `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`);
    sandbox = await startSandbox({ now: () => now, publicUrl: 'http://127.0.0.1:3000' });
    becomeRecordedWorld(sandbox.state);
  });
  afterAll(async () => {
    await sandbox.stop();
    receiver.close();
  });

  it.each(conversation.map((call) => [call.name, call] as const))('%s', async (_name, call) => {
    followTheRecorder(call);
    now = new Date(call.at);
    const told = sandbox.deliveries.length;
    const response = await ask(call);
    const text = await response.text();
    learnIds(call, text);

    const answer = parsed(translation.toRecorded(text));
    expect({ status: response.status, answer: withoutMoments(answer) }).toEqual({
      status: call.status,
      answer: withoutMoments(call.answer),
    });
    expect(hasRateLimit(response)).toBe(isCounted(call));
    const deliveries = sandbox.deliveries.slice(told).map(({ trigger, body }) => ({
      trigger,
      payload: (parsed(translation.toRecorded(body)) as { payload: unknown }).payload,
    }));
    expect(deliveries.map(({ trigger }) => trigger)).toEqual((call.deliveries ?? []).map(({ trigger }) => trigger));
    for (const [index, { payload }] of (call.deliveries ?? []).entries()) {
      if (payload) expect(withoutMoments(deliveries[index]?.payload)).toEqual(withoutMoments(payload));
    }
  });

  function ask({ method, target, key, version, body }: RecordedCall): Promise<Response> {
    const { port } = new URL(sandbox.listensAt);
    const headers: Record<string, string> = { 'Content-Type': 'application/json' };
    if (key) headers.Authorization = key in keys ? `Bearer ${keys[key as keyof typeof keys]}` : key;
    if (version) headers['cal-api-version'] = version;
    return fetch(`http://127.0.0.1:${port}${translation.toOurs(target)}`, {
      method,
      headers,
      ...(body !== null && { body: translation.toOurs(body) }),
    });
  }

  function learnIds(call: RecordedCall, text: string): void {
    const recorded = (call.answer as Answer).data;
    const ours = (parsed(text) as Answer).data;
    if (call.status !== 201 || !recorded || !ours) return;
    if (recorded.uid && ours.uid) translation.learn(recorded.uid, ours.uid);
    if (typeof recorded.id === 'string' && typeof ours.id === 'string') translation.learn(recorded.id, ours.id);
  }

  /** What was done to the real server between two calls: one booking moved into the past, one event type renamed. */
  function followTheRecorder({ name, answer }: RecordedCall): void {
    if (name.startsWith('270-')) {
      const { start, end } = (answer as { data: { start: string; end: string } }).data;
      Object.assign(sandbox.state.bookings[6] ?? {}, { start, end });
    }
    if (name.startsWith('464-')) Object.assign(sandbox.state.eventType(1) ?? {}, { title: '30 Min Interview v2' });
  }
});

const parsed = (text: string): unknown => (/^[[{]/.test(text) ? JSON.parse(text) : text);
const hasRateLimit = (response: Response) => response.headers.has('x-ratelimit-limit-default');

/** What finds no route, or no such key, or no JSON, is not counted. */
function isCounted({ status, answer, target }: RecordedCall): boolean {
  const { code, message } = (answer as { error?: { code: string; message: string } }).error ?? {};
  const isUnrouted = code === 'NotFoundException' && message?.startsWith('Cannot ') === true;
  const isUnknownKey = status === 401 && message === 'CustomThrottlerGuard - Invalid API Key';
  const isMalformed = message?.includes('JSON input') === true;
  return !isUnrouted && !isUnknownKey && !isMalformed && target !== '/health';
}
