import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/read-settings.js';
import { createApp } from '../src/create-app.js';
import { CandidatesController } from '../src/scheduling/candidates/candidates.controller.js';
import { listedInvitations } from '../src/scheduling/candidates/scheduling-status.js';
import { systemActor } from '../src/shared/actor.js';
import { TemplateEngine } from '../src/templating/template-engine.js';
import { PageRenderer } from '../src/web/page-renderer.service.js';
import type { Environment } from '../test/support/built-app.js';

/** The least that such a page does, in a process of its own: read its rows, place them in its template. It says its port. */
export interface BareCandidatesSettings {
  readonly databaseUrl: string;
  readonly environment: Environment;
}

type Rendering = Parameters<TemplateEngine['renderPage']>;
type Model = Readonly<Record<string, unknown>> & { readonly rows: readonly object[] };

interface Row {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly assessment: string;
}

const firstRows = `
  select *, assessment_title assessment from (${listedInvitations}) listed
   where id in (select invitation_id from candidate_states where org_id = $1 order by name_key, invitation_id limit 50)
   order by name_key, id`;

process.once('message', ({ databaseUrl, environment }: BareCandidatesSettings) => {
  void serve(databaseUrl, environment);
});

async function serve(databaseUrl: string, environment: Environment): Promise<void> {
  const { engine, orgId, rendering } = await rendered(databaseUrl, environment);
  const [view, model, layout, frame] = rendering;
  const { rows: places } = model as Model;
  const pool = new Pool({ connectionString: databaseUrl, max: 20 });
  const server = createServer((_, response) => {
    void (async () => {
      const { rows } = await pool.query<Row>(firstRows, [orgId]);
      const placed = rows.map(({ id, name, email, assessment }, index) => ({
        ...places[index],
        id,
        name,
        email,
        assessment,
      }));
      response.setHeader('Content-Type', 'text/html');
      response.end(engine.renderPage(view, { ...model, rows: placed }, layout, frame));
    })();
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
}

/** What the app itself gives the template, once. */
async function rendered(
  databaseUrl: string,
  environment: Environment,
): Promise<{ engine: TemplateEngine; orgId: string; rendering: Rendering }> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const app = await createApp(readSettings({ ...environment, DATABASE_URL: databaseUrl }), databaseUrl, nowhere);
  await app.init();
  const [org] = await app.get(DataSource).query<[{ id: string }]>('select id from orgs');
  const engine = app.get(TemplateEngine);
  const request = {
    actor: systemActor(org.id),
    person: {
      name: 'Asha Menon',
      email: 'asha@acme.example',
      orgName: 'Acme',
      timeZone: 'Europe/Berlin',
      otherOrgs: [],
      lacksFactor: false,
    },
    path: '/app/scheduling',
    session: {},
  };
  const response = { status: () => response, type: () => response };
  const page = await app.get(CandidatesController).show(request.actor, request as never, {});
  let rendering: Rendering | null = null;
  const renderPage = engine.renderPage.bind(engine);
  engine.renderPage = (...given: Rendering) => renderPage(...(rendering = given));
  await app.get(PageRenderer).render(page as never, request as never, response as never);
  engine.renderPage = renderPage;
  await app.close();
  return { engine, orgId: org.id, rendering: rendering! };
}
