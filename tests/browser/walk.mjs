// Visits a running demo shop in a real Chromium, as a newcomer does: node walk.mjs ADDRESS VAULT FOLDER
//
// ADDRESS is the shop's, VAULT the card vault's; pictures of what was seen go into FOLDER. Every example of
// GraphiQL is run in its order, up to a paid order, whose page and mail are then read. Chromium may reach
// nobody but these two, and whatever it complains about fails the walk.

import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { examples, outOfOrder } from './examples.mjs';
import { pages } from './pages.mjs';

const [address, vault, folder] = process.argv.slice(2);
const PATIENCE = 90_000;

// Debian's, Ubuntu's, or Google's own.
function findBrowser() {
  const runs = (path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  const folders = process.env.PATH.split(':');
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = names.flatMap((name) => folders.map((path) => join(path, name))).find(runs);
  assert.ok(found, 'there is no Chromium; bin/test installs one');
  return found;
}

// A browser's own storage and window, and everything it complained about or asked for.
async function visitor(browser, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const complaints = [];
  const requests = [];
  context.on('console', (said) => {
    if (said.type() === 'error') complaints.push(`console: ${said.text()}`);
  });
  context.on('weberror', (thrown) => complaints.push(`thrown: ${thrown.error()}`));
  context.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  context.on('requestfailed', (request) => {
    complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  const page = await context.newPage();
  const picture = async (name, of = page) => {
    await of.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  };
  const elsewhere = () => requests.filter((request) => !request.split(' ')[1].startsWith(`${address}/`));
  return { context, page, picture, complaints, elsewhere };
}

const { hostname } = new URL(address);
const browser = await chromium.launch({
  executablePath: findBrowser(),
  timeout: PATIENCE,
  args: [`--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${hostname}, EXCLUDE ${new URL(vault).hostname}`],
});
try {
  const desktop = await visitor(browser, { viewport: { width: 1280, height: 800 } });
  const bought = await examples(desktop, address, vault);
  assert.deepEqual(desktop.complaints, []);
  assert.deepEqual(desktop.elsewhere(), [`POST ${vault}`]);

  const hasty = await visitor(browser, { viewport: { width: 1280, height: 800 } });
  await outOfOrder(hasty, address);
  assert.deepEqual(hasty.complaints, []);

  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  for (const [name, options] of Object.entries({ desktop: { viewport: { width: 1280, height: 800 } }, phone })) {
    const reader = await visitor(browser, options);
    await pages(reader, name, address, bought);
    assert.deepEqual(reader.complaints, []);
    assert.deepEqual(reader.elsewhere(), []);
  }
  console.log(JSON.stringify(bought));
} finally {
  await browser.close();
}
