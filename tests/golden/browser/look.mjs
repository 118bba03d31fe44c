// Looks at pages in Chromium: look.mjs CHROMIUM PAGE... Prints a line for each fault. axe finds nothing to mend, nothing
// is wider than the screen, no share or range breaks, nothing is asked of the network, six rows stand on a first screen
// of 1280 x 800, and print takes at most seven sheets of A4.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const LEAST_ROWS = 6;
const MOST_SHEETS = 7; // and one more with targets
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const wide = { width: 1280, height: 800 };
const narrow = { width: 320, height: 640 }; // also what a zoom of 400 % leaves of 1280
const MODES = {
  light: { viewport: wide },
  dark: { viewport: wide, colorScheme: 'dark' },
  forced: { viewport: wide, forcedColors: 'active' },
  narrow: { viewport: narrow },
};

/** The shares and ranges that stand on two lines; runs in the page. */
function broken() {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (const one of node.data.matchAll(/[\d.,]+(-\u2060?\d+)?\s%|\d+-\u2060?\d+(-\u2060?\d+)?/g)) {
      const range = document.createRange();
      range.setStart(node, one.index);
      range.setEnd(node, one.index + one[0].length);
      const lines = new Set([...range.getClientRects()].filter((box) => box.width > 1).map((box) => Math.round(box.top)));
      if (lines.size > 1 && !node.parentElement.closest('code')) found.push(`"${one[0]}" is broken in "${node.data}"`);
    }
  return found;
}

async function look(browser, path, mode) {
  const faults = [];
  // The policy of the page would keep axe out as well.
  const context = await browser.newContext({ ...MODES[mode], bypassCSP: true });
  const page = await context.newPage();
  page.on('request', (request) => request.url().startsWith('file:') || faults.push(`asks for ${request.url()}`));
  page.on('console', (message) => faults.push(`console: ${message.text()}`));
  await page.goto(`file://${path}`);
  const rows = await page.locator('.standards tbody tr').evaluateAll(
    (all) => all.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length);
  if (MODES[mode].viewport === wide && rows < LEAST_ROWS) faults.push(`${rows} rows on the first screen`);
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) faults.push(`${over} pixels wider than the screen`);
  faults.push(...await page.evaluate(broken));
  await page.addScriptTag({ content: axe });
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  faults.push(...violations.map((one) => `axe: ${one.id}: ${one.nodes.length} times, ${one.nodes[0].html}`));
  await context.close();
  return faults;
}

async function print(browser, path) {
  const page = await browser.newPage();
  await page.goto(`file://${path}`);
  const sheets = (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/g).length;
  const targets = await page.locator('#targets').count();
  return sheets > MOST_SHEETS + targets ? [`${sheets} sheets of paper`] : [];
}

const [executablePath, ...pages] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
for (const path of pages) {
  for (const mode of Object.keys(MODES))
    for (const fault of await look(browser, path, mode)) console.log(`${path}: ${mode}: ${fault}`);
  for (const fault of await print(browser, path)) console.log(`${path}: print: ${fault}`);
}
await browser.close();
