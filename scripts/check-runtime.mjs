// Every command starts here: one sentence instead of a wrong hour in someone's interview.
const neededNodeMajor = 24;
const neededTimeZoneData = '2026b';

const nodeMajor = Number(process.versions.node.split('.')[0]);
const timeZoneData = process.versions.tz ?? 'none';

if (nodeMajor < neededNodeMajor) {
  stop(
    `Interlude needs Node ${neededNodeMajor} or later; this is ${process.version}. Run "npm ci" and start it through npm.`,
  );
}
if (timeZoneData < neededTimeZoneData) {
  stop(`Interlude needs time-zone data ${neededTimeZoneData} or later; this Node carries ${timeZoneData}.`);
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
