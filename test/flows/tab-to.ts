import type { Locator, Page } from 'playwright-core';

const mostStops = 120;

/** Presses Tab until the focus is there, in a bounded number of stops, each of which a person can see. */
export async function tabTo(page: Page, wanted: Locator, stops = mostStops): Promise<void> {
  const way: Stop[] = [];
  for (let left = stops; left > 0; left -= 1) {
    await page.keyboard.press('Tab');
    way.push(await page.evaluate<Stop>(stopHere));
    if (await hasFocus(wanted)) {
      expect(way.filter((stop) => stop.faults.length > 0)).toEqual([]);
      return;
    }
  }
  const last = way.slice(-5).map((stop) => stop.element);
  throw new Error(`${stops} times Tab did not lead to ${String(wanted)}, but to ${last.join(', ')}`);
}

export async function hasFocus(locator: Locator): Promise<boolean> {
  return (await locator.and(locator.page().locator(':focus')).count()) > 0;
}

interface Stop {
  readonly element: string;
  readonly faults: readonly string[];
}

/** In the page: the focus has an outline, and something of it is in sight and not covered. A frame shows its own. */
const stopHere = `(() => {
  const focused = document.activeElement;
  const element = focused.cloneNode().outerHTML;
  if (focused instanceof HTMLIFrameElement) {
    return { element, faults: [] };
  }
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const isMarked = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const { left, top, width, height } = focused.getBoundingClientRect();
  const parts = [0.1, 0.5, 0.9];
  const isInSight = parts.some((x) =>
    parts.some((y) => focused.contains(document.elementFromPoint(left + x * width, top + y * height))),
  );
  return { element, faults: [...(isMarked ? [] : ['no outline']), ...(isInSight ? [] : ['out of sight'])] };
})()`;
