// Visits a running demo shop in a real Chromium, as a newcomer does: node walk.mjs ADDRESS VAULT FOLDER
//
// ADDRESS is the shop's, VAULT the card vault's; pictures of what was seen go into FOLDER. Every example of
// GraphiQL is run in its order, up to a paid order, whose page and mail are then read; a second order is paid
// with a card whose bank asks. Chromium may reach nobody but these two, and whatever it complains about fails
// the walk.

import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { examples, outOfOrder } from './examples.mjs';
import { bank, pages } from './pages.mjs';
import { Shop } from './shop.mjs';

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
async function visitor(browser, device, options) {
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
    const why = request.failure()?.errorText;
    // A page that asks again by itself is left in the middle of it.
    if (why === 'net::ERR_ABORTED' && request.isNavigationRequest()) return;
    complaints.push(`failed: ${request.url()} ${why}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  const page = await context.newPage();
  const picture = async (name) => {
    await page.screenshot({ path: join(folder, `${device}-${name}.png`), fullPage: true });
  };
  // Nothing was wrong, and besides the shop nobody was asked but these.
  const left = (others) => {
    assert.deepEqual(complaints, []);
    const elsewhere = requests.filter((request) => !request.split(' ')[1].startsWith(`${address}/`));
    assert.deepEqual(elsewhere, others);
  };
  return { context, page, picture, left };
}

const { hostname } = new URL(address);
const browser = await chromium.launch({
  executablePath: findBrowser(),
  timeout: PATIENCE,
  args: [`--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${hostname}, EXCLUDE ${new URL(vault).hostname}`],
});
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const shop = new Shop(address, vault);
try {
  const newcomer = await visitor(browser, 'desktop', DESKTOP);
  const bought = await examples(newcomer, address, vault);
  newcomer.left([`POST ${vault}`]);

  const hasty = await visitor(browser, 'desktop', DESKTOP);
  await outOfOrder(hasty, address);
  hasty.left([]);

  for (const [device, options] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    const reader = await visitor(browser, device, options);
    await pages(reader, shop, bought);
    reader.left([]);
  }

  const buyer = await visitor(browser, 'phone', PHONE);
  const asked = await bank(buyer, shop);
  buyer.left([`GET ${asked}`, `POST ${asked}`]);
} finally {
  await browser.close();
}
