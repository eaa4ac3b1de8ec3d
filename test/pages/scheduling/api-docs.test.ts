import { Ajv } from 'ajv';
import * as cheerio from 'cheerio';
import type { OpenAPIObject } from '@nestjs/swagger';
import { testPassword } from '../../support/app.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';
import { openApiShape } from '../../support/openapi-shape.js';

const methods = ['get', 'post', 'put', 'patch', 'delete'];

describe('the description of the API', () => {
  let test: SchedulingTest;
  let document: OpenAPIObject;

  beforeAll(async () => {
    test = await startScheduling();
    document = (
      await test.ben.agent
        .get('/api/docs/openapi.json')
        .expect(200)
        .expect('content-type', /^application\/json/)
    ).body as OpenAPIObject;
  });
  afterAll(() => test.stop());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, Record<string, unknown>>).map(([method, operation]) => ({
        path,
        method,
        operation,
      })),
    );

  it('is a valid OpenAPI 3.0 document', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(openApiShape);
    validate(document);
    expect(validate.errors).toBeNull();
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]!);
    const schemas = Object.keys(document.components?.schemas ?? {});
    expect(references.filter((name) => !schemas.includes(name))).toEqual([]);
    const ids = operations().map(({ operation }) => operation['operationId']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('takes a session or a token', () => {
    expect(document.security).toEqual([{ session: [] }, { token: [] }]);
    expect(document.components?.securitySchemes).toMatchObject({
      session: { type: 'apiKey', in: 'cookie' },
      token: { type: 'http', scheme: 'bearer' },
    });
  });

  it('names every parameter of every path', () => {
    for (const { path, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const named = ((operation['parameters'] ?? []) as { in: string; name: string }[])
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => name);
      expect(named).toEqual(inPath);
    }
  });

  it('has every route of the API that the app answers, and no other', () => {
    const live = routesOf(test).filter(([, path]) => path.startsWith('/api/admin/'));
    expect(live.length).toBeGreaterThan(7);
    const documented = operations().map(({ method, path }) => `${method} ${path}`);
    expect(documented.toSorted()).toEqual(
      live.map(([method, path]) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).toSorted(),
    );
  });

  it('says of every route what it answers, problems included', () => {
    for (const { method, operation } of operations()) {
      const responses = operation['responses'] as Record<string, { content?: Record<string, unknown> }>;
      const good = Object.keys(responses).filter((status) => status.startsWith('2'));
      expect(good).toHaveLength(1);
      expect(responses[good[0]!]!.content).toHaveProperty(['application/json', 'schema']);
      const problems = Object.keys(responses).filter((status) => !status.startsWith('2'));
      expect(problems).toEqual(
        expect.arrayContaining(method === 'get' ? ['401'] : ['401', '403', '404', '409', '422']),
      );
      for (const status of problems) {
        expect(Object.keys(responses[status]!.content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('is a page under the strict policy, for whoever is signed in', async () => {
    const answer = await test.ben.agent.get('/api/docs').expect(200);
    const $ = cheerio.load(answer.text);
    expect(answer.headers['content-security-policy']).toContain(`default-src 'none'`);
    expect(answer.headers['content-security-policy']).not.toContain('unsafe');
    expect($('[style], [onclick]').length).toBe(0);
    expect($('script:not([src]), style').filter((_, element) => !$(element).attr('type')).length).toBe(0);
    for (const { path, method } of operations()) {
      expect($('main').text()).toContain(`${method.toUpperCase()} ${path}`);
    }
    for (const link of $('main nav a')) {
      expect($($(link).attr('href')!)).toHaveLength(1);
    }
    for (const example of $('main pre')) {
      expect(() => JSON.parse($(example).text())).not.toThrow();
    }
    expect($('main').text()).not.toContain('[object Object]');
    await test.visitor().get('/api/docs').expect(303).expect('Location', '/sign-in?next=%2Fapi%2Fdocs');
    const form = { email: 'ben@acme.example', password: testPassword, next: '/api/docs' };
    await test.visitor().post('/sign-in').type('form').send(form).expect('Location', '/api/docs');
    await test.visitor().get('/api/docs/openapi.json').expect(401);
  });
});

/** Method and path of each route of the running app's own router. */
function routesOf({ app }: SchedulingTest): [method: string, path: string][] {
  const { router } = app.getHttpAdapter().getInstance() as {
    router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
  };
  return router.stack.flatMap(({ route }) =>
    route
      ? methods.filter((method) => route.methods[method]).map((method): [string, string] => [method, route.path])
      : [],
  );
}
