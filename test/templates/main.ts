import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { assault } from './assault.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: `${randomInt(2 ** 31)}` },
  },
});
const log = (sentence: string) => void process.stdout.write(`${sentence}\n`);

log(`Seed ${values.seed} (npm run test:templates -- --seed ${values.seed} for the same templates).`);
try {
  const report = await assault(Number(values.runs), Number(values.seed));
  log(`${values.runs} templates: ${report.accepted} accepted and rendered, ${report.refused} refused with a reason.`);
  log(`The slowest took ${report.slowestMs.toFixed(1)} ms: ${JSON.stringify(report.slowest)}.`);
  log(`No turn of the event loop took more than ${report.longestTurnMs.toFixed(1)} ms of the processor.`);
} catch (error) {
  const { message, cause } = error as Error;
  log(`FAILED: ${cause instanceof Error ? cause.message : ''} ${message}`);
  process.exit(1);
}
