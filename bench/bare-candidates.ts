import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/read-settings.js';
import { createApp } from '../src/create-app.js';
import { CandidatesController } from '../src/scheduling/candidates/candidates.controller.js';
import { listedColumns, type ListedCandidate } from '../src/scheduling/candidates/candidate-list.service.js';
import { candidateRow } from '../src/scheduling/candidates/candidate-row.view.js';
import { listedInvitations } from '../src/scheduling/candidates/scheduling-status.js';
import { systemActor } from '../src/shared/actor.js';
import { TemplateEngine } from '../src/templating/template-engine.js';
import { PageRenderer } from '../src/web/page-renderer.service.js';
import type { Environment } from '../test/support/built-app.js';

/**
 * The least that such a page does, in a process of its own: read its rows and show them in its template; all that is
 * around them stays as the app said it once. It says its port.
 */
export interface BareCandidatesSettings {
  readonly databaseUrl: string;
  readonly environment: Environment;
}

type Rendering = Parameters<TemplateEngine['renderPage']>;

const firstRows = `
  select ${listedColumns} from (${listedInvitations}) listed
   where id in (select invitation_id from candidate_states where org_id = $1 order by name_key, invitation_id limit 50)
   order by name_key, id`;

process.once('message', ({ databaseUrl, environment }: BareCandidatesSettings) => {
  void serve(databaseUrl, environment);
});

async function serve(databaseUrl: string, environment: Environment): Promise<void> {
  const { engine, orgId, rendering } = await rendered(databaseUrl, environment);
  const [view, model, layout, frame, ofOrg] = rendering;
  const pool = new Pool({ connectionString: databaseUrl, max: 20 });
  const shownTo = { canAct: true, requests: [], timeZone: 'Europe/Berlin', publicUrl: environment['PUBLIC_URL']! };
  const server = createServer((_, response) => {
    void (async () => {
      const { rows } = await pool.query<ListedCandidate>(firstRows, [orgId]);
      const input = { ...shownTo, select: null, frozen: null, picked: new Set<string>(), now: new Date() };
      const shown = { ...model, rows: rows.map((row) => candidateRow(row, input)) };
      response.setHeader('Content-Type', 'text/html');
      response.end(engine.renderPage(view, shown, layout, frame, ofOrg));
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
