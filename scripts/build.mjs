import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

await import('./check-runtime.mjs');

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist', '.built');
const sources = [
  'src',
  'migrations',
  'ormconfig.ts',
  'nest-cli.json',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

if (!process.argv.includes('--if-stale') || isStale()) {
  build();
}

/** A folder's own time tells of files that were removed. */
function isStale() {
  const builtAt = modifiedAt(stamp);
  return sources.some((source) => newestIn(join(root, source)) > builtAt);
}

function newestIn(path) {
  const entries = statSync(path).isDirectory() ? readdirSync(path) : [];
  return Math.max(modifiedAt(path), ...entries.map((entry) => newestIn(join(path, entry))));
}

function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The stamp bears the time the build began: what is saved meanwhile counts as newer. */
function build() {
  const startedAt = new Date();
  rmSync(stamp, { force: true });
  const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}
