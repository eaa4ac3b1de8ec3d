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

log(`Seed ${values.seed} (npm run test:csv -- --seed ${values.seed} for the same files).`);
try {
  const { goodRows, badRows, strange, longestTurnMs } = await assault(Number(values.runs), Number(values.seed));
  log(`${values.runs} files: ${goodRows} good rows went in, ${badRows} bad ones were refused with line and reason.`);
  log(`Of the strange ones ${strange.read} were read, ${strange.refused} refused as a whole.`);
  log(`Reading never held the processor for more than ${longestTurnMs.toFixed(1)} ms.`);
} catch (error) {
  const { message, cause } = error as Error;
  log(`FAILED: ${cause instanceof Error ? cause.message : ''} ${message}`);
  process.exit(1);
}
