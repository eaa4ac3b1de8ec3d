import { mkdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { projectRoot } from '../../src/shared/project-root.js';

const axe = readFileSync(join(projectRoot, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const screenshotFolder = process.env.FLOW_SCREENSHOTS;
const waitMs = 60_000;
/** Colours fade from light to dark: axe would measure what is between. */
const animationMs = 1_000;
/** The browser itself stopped, because it left the page. */
const givenUp = 'net::ERR_ABORTED';

export const screens = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
};

export interface BrowsingOptions {
  /** Screenshots begin with it. */
  readonly name: string;
  readonly screen?: keyof typeof screens;
  readonly javaScript?: boolean;
}

/**
 * One person at one browser of their own. Whatever a page complains about is kept: errors in the console, what the policy
 * blocks, answers from 400 on, requests that fail.
 */
export class Browsing {
  private readonly complaints: string[] = [];
  private readonly faults: string[] = [];
  private looks = 0;

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly devTools: CDPSession,
    private readonly options: BrowsingOptions,
  ) {
    this.listen();
  }

  static async start(browser: Browser, options: BrowsingOptions): Promise<Browsing> {
    const viewport = screens[options.screen ?? 'desktop'];
    const context = await browser.newContext({ viewport, colorScheme: 'light', reducedMotion: 'reduce' });
    context.setDefaultTimeout(waitMs);
    const page = await context.newPage();
    const browsing = new Browsing(page, context, await context.newCDPSession(page), options);
    await browsing.allowScripts(options.javaScript ?? true);
    return browsing;
  }

  /** What the pages complained about since the last time, for a step in which that is right. */
  takeComplaints(): string[] {
    return this.complaints.splice(0);
  }

  /** Looks at the page as it is; with scripts also on a phone, in the dark. */
  async look(name: string, rules: 'all' | 'wcag' = 'all'): Promise<void> {
    this.looks += 1;
    // Turbo marks the document as busy until a visit is over.
    await this.page.locator('html:not([aria-busy])').waitFor({ state: 'attached' });
    const label = `${this.options.name}-${String(this.looks).padStart(2, '0')}-${name}`;
    const before = this.page.viewportSize()!;
    await this.inspect(`${label}-${before.width}`, rules);
    if (this.options.javaScript === false) {
      return;
    }
    await this.page.setViewportSize(screens.phone);
    await this.page.emulateMedia({ colorScheme: 'dark' });
    // Words and structure are the same; sizes and colours are not.
    await this.inspect(`${label}-390-dark`, 'appearance');
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.page.setViewportSize(before);
  }

  async heading(text: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: text }).waitFor();
  }

  /** Waits for what is said after an action. */
  async told(text: string | RegExp): Promise<void> {
    await this.page.locator('#flash').getByText(text).waitFor();
  }

  /** All at once: a fault of one page shall not hide those of the next. */
  async end(): Promise<void> {
    expect([...this.faults, ...this.takeComplaints()]).toEqual([]);
    await this.context.close();
  }

  private async inspect(label: string, rules: keyof typeof inspectionBy): Promise<void> {
    const inspected = () => this.withScripts(() => this.evaluate<string[]>(inspectionBy[rules]));
    let found = await inspected();
    // A page that reads itself again may have begun to do so in between.
    for (let tries = 0; tries < 3 && found.some((fault) => fault.includes('aria-busy')); tries += 1) {
      await this.page.locator('html:not([aria-busy])').waitFor({ state: 'attached' });
      found = await inspected();
    }
    await this.screenshot(label);
    this.faults.push(...[...found, ...this.takeComplaints()].map((fault) => `${label}: ${fault}`));
  }

  /** Through the developer tools, because the policy of the pages allows no evaluated script, and shall not be switched off. */
  private async evaluate<Value>(expression: string): Promise<Value> {
    await this.devTools.send('Runtime.evaluate', { expression: axe });
    const { result, exceptionDetails } = await this.devTools.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value as Value;
  }

  /** axe waits by timers, which a page without scripts has not. The page's own scripts were left out when it loaded. */
  private async withScripts<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.allowScripts(true);
    try {
      return await work();
    } finally {
      await this.allowScripts(this.options.javaScript ?? true);
    }
  }

  private async allowScripts(allowed: boolean): Promise<void> {
    await this.devTools.send('Emulation.setScriptExecutionDisabled', { value: !allowed });
  }

  private async screenshot(label: string): Promise<void> {
    if (screenshotFolder) {
      await mkdir(screenshotFolder, { recursive: true });
      await this.page.screenshot({ path: join(screenshotFolder, `${label}.png`), fullPage: true });
    }
  }

  private listen(): void {
    const { page, complaints } = this;
    page.on('console', (message) => {
      // A failed answer is listed below, with its status and method.
      if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource')) {
        complaints.push(`console: ${message.text()}`);
      }
    });
    page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
    page.on('requestfailed', (request) => {
      const { errorText = '' } = request.failure() ?? {};
      if (errorText !== givenUp) {
        complaints.push(`${errorText}: ${request.url()}`);
      }
    });
    page.on('response', (response) => {
      if (response.status() >= 400) {
        complaints.push(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`);
      }
    });
  }
}

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What is framed is a mail, which is looked at on its own, by the rules that a document without landmarks can keep. */
const inspectionBy = {
  all: inspection({ iframes: false }),
  wcag: inspection({ iframes: false, runOnly: wcag }),
  appearance: inspection({ iframes: false, runOnly: ['color-contrast', 'target-size'] }),
};

function inspection(options: object): string {
  return `(async () => {
    const settled = Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, ${animationMs}))]);
    const { violations } = await axe.run(${JSON.stringify(options)});
    const faults = violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, node.html, node.failureSummary].join(' ')));
    const isTooWide = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth;
    const tooWide = [document.documentElement, ...document.querySelectorAll('.card')].filter(isTooWide);
    faults.push(...tooWide.map((element) => 'too wide for ' + element.cloneNode().outerHTML));
    return faults;
  })()`;
}
