import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { tortureApp, tortureNaive, type Torture, type TortureReport } from './torture.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: `${randomInt(1_000_000)}` },
    mails: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '200' },
    restarts: { type: 'string', default: '6' },
    minutes: { type: 'string', default: '30' },
  },
});

const log = (sentence: string) => void process.stdout.write(`${sentence}\n`);
const torture: Torture = {
  seed: Number(values.seed),
  mails: Number(values.mails),
  kills: Number(values.kills),
  restarts: Number(values.restarts),
  replicas: 3,
  faultShare: 0.03,
  requestsPerSecond: 2,
  killsDoneAt: 0.95,
  timeLimitMs: Number(values.minutes) * 60_000,
  fast: false,
  log: (stand) => log(`  ${stand}`),
};
const naively: Torture = { ...torture, mails: 2_000, kills: 20, restarts: 1, requestsPerSecond: 10 };

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

log(`Seed ${torture.seed} (npm run test:torture -- --seed ${torture.seed} for the same chances).`);
try {
  const faults = await run();
  log(faults.length === 0 ? 'Nothing lost, nothing doubled, every state true.' : `FAILED: ${faults.join('; ')}.`);
  process.exit(faults.length === 0 ? 0 : 1);
} catch (error) {
  log(`FAILED: ${(error as Error).message}`);
  process.exit(1);
}

async function run(): Promise<string[]> {
  log(`A naive sender, ${naively.mails} mails:`);
  const naive = await tortureNaive(naively);
  tell(naive);
  log(`The built app in ${torture.replicas} replicas, ${torture.mails} mails:`);
  const app = await tortureApp(torture);
  tell(app);
  const cameThrough = naive.lost + naive.doubled === 0;
  return [...faultsOf(app), ...(cameThrough ? ['the naive sender came through unharmed'] : [])];
}

function tell(report: TortureReport): void {
  const kinds = Object.entries(report.faults).map(([kind, count]) => `${count} × ${kind}`);
  log(`  mails ${report.mails}, requests ${report.requests}, over the limit ${report.limited}`);
  log(`  kills ${report.kills} (${report.killsInFlight} with a request under way), restarts ${report.restarts}`);
  log(`  faults ${kinds.join(', ')}`);
  log(`  replays ${report.replays}, while still running ${report.concurrent}`);
  log(`  lost ${report.lost}, doubled ${report.doubled}, unknown ${report.unknown}, seconds ${report.seconds}`);
  if (Object.keys(report.counts).length > 0) {
    log(`  states ${JSON.stringify(report.counts)}, untrue ${report.untrue.length}, falls ${report.falls.length}`);
    for (const line of [...report.untrue.slice(0, 20), ...report.falls.slice(0, 5)]) {
      log(`  ! ${line}`);
    }
  }
}

/** The run must have been as hard as it was meant to be, and have done no harm. */
function faultsOf(report: TortureReport): string[] {
  const { lost, doubled, unknown, untrue, falls, kills, restarts, faults } = report;
  const missing = Object.entries(faults).filter(([, count]) => count === 0);
  return [
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(doubled > 0 ? [`${doubled} doubled`] : []),
    ...(unknown > 0 ? [`${unknown} unknown without need`] : []),
    ...(untrue.length > 0 ? [`${untrue.length} with an untrue state`] : []),
    ...(falls.length > 0 ? [`${falls.length} replicas ended by themselves`] : []),
    ...(kills < torture.kills ? [`only ${kills} kills`] : []),
    ...missing.map(([kind]) => `no ${kind}`),
    ...(restarts < torture.restarts ? [`only ${restarts} restarts`] : []),
  ];
}
