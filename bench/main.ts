import { parseArgs } from 'node:util';
import { BenchServer } from './bench-server.js';
import { measureCandidates } from './candidates.js';
import { measureCost } from './cost.js';
import { measureImport } from './import.js';
import { passes, table, type Line } from './line.js';
import { measureMemory } from './memory.js';
import { measurePace } from './pace.js';
import { measurePages } from './pages.js';
import { measureRowLevelSecurity } from './row-level-security.js';
import { measureSignIn } from './sign-in.js';
import { measureWebhooks } from './webhooks.js';

const measurements: Readonly<Record<string, (server: BenchServer) => Promise<Line[]>>> = {
  pace: measurePace,
  cost: measureCost,
  pages: measurePages,
  memory: measureMemory,
  webhooks: measureWebhooks,
  'sign-in': measureSignIn,
  candidates: measureCandidates,
  import: measureImport,
  'row-level-security': measureRowLevelSecurity,
};

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const names = values.only ?? Object.keys(measurements);
const unknown = names.filter((name) => !Object.hasOwn(measurements, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}: --only takes ${Object.keys(measurements).join(', ')}.`);
  process.exit(2);
}

const server = await BenchServer.start();
const lines: Line[] = [];
let isWhole = true;
for (const name of names) {
  console.error(`Measuring ${name} ...`);
  try {
    lines.push(...(await measurements[name]!(server)));
  } catch (error) {
    console.error(error);
    isWhole = false;
  }
}
await server.stop();
console.log(table(lines));
process.exitCode = isWhole && lines.every(passes) ? 0 : 1;
