import type { Response } from 'supertest';
import { calComOptions, type CalComOptions } from '../../src/cal-com/cal-com-options.js';
import { BookingLookupService } from '../../src/scheduling/bookings/booking-lookup.service.js';
import { OpenApiChecker } from '../contracts/openapi-checker.js';
import { startScheduling, type SchedulingTest } from './scheduling.js';
import type { TestPerson } from './app.js';

export const api = '/api/admin/scheduling';

type Method = 'get' | 'post' | 'put' | 'delete';

export interface ApiTest extends SchedulingTest {
  /** Asks as this person (Dana unless told) and holds the answer against the app's own OpenAPI document. */
  ask(method: Method, path: string, options?: AskOptions): Promise<Response>;
  /** A free start of Acme's first event type, on a working day; each call another one. */
  freeStart(): string;
}

export interface AskOptions {
  readonly as?: TestPerson;
  readonly body?: object;
  readonly key?: string;
}

export async function startApi(environment: Record<string, string> = {}): Promise<ApiTest> {
  const test = await startScheduling({ CAL_COM_REQUESTS_PER_MINUTE: '6000', ...environment });
  const document = (await test.asha.agent.get('/api/docs/openapi.json').expect(200)).body as object;
  const checker = new OpenApiChecker(strict(document) as object);
  const starts = workingHalfHours();
  hurry(test);
  return {
    ...test,
    ask: async (method, path, { as = test.dana, body, key } = {}) => {
      const request = as.agent[method](path);
      if (key !== undefined) {
        request.set('Idempotency-Key', key);
      }
      const answer = await (body === undefined ? request : request.send(body));
      const problems = checker.answerProblems(method, path.split('?')[0]!, answer.status, answer.body);
      expect(problems).toEqual([]);
      return answer;
    },
    freeStart: () => starts.next().value as string,
  };
}

/** Patience that helps with the real Cal.com is too long for a test. */
function hurry({ app }: SchedulingTest): void {
  Object.assign(app.get<CalComOptions>(calComOptions), { readRetryDelaysMs: [5, 5] });
  Object.assign(app.get(BookingLookupService), { lookAgainAfterMs: [0, 5] });
}

/** Half hours from 09:00 in Berlin, in winter and summer alike within its working day. */
function* workingHalfHours(): Generator<string> {
  const day = new Date();
  day.setUTCHours(0, 0, 0, 0);
  for (;;) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (day.getUTCDay() % 6 === 0) {
      continue;
    }
    for (let hour = 10; hour < 14; hour += 0.5) {
      yield new Date(day.getTime() + hour * 3_600_000).toISOString();
    }
  }
}

/** As a JSON schema that says what is meant: nothing unnamed, nulls where they may be, problems like other answers. */
function strict(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(strict);
  }
  if (typeof node !== 'object' || node === null) {
    return node;
  }
  const schema = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, strict(value)])) as Record<
    string,
    unknown
  >;
  if ('application/problem+json' in schema) {
    schema['application/json'] = schema['application/problem+json'];
  }
  if (schema['properties'] && schema['type'] === 'object') {
    schema['additionalProperties'] = false;
  }
  if (schema['nullable'] === true && schema['allOf']) {
    return { anyOf: [{ allOf: schema['allOf'] }, { enum: [null] }] };
  }
  return schema;
}
