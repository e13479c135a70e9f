// Visits a running demo shop in a real Chromium, as a newcomer does: node walk.mjs ADDRESS VAULT FOLDER
//
// ADDRESS is the shop's, VAULT the card vault's; pictures of what was seen go into FOLDER. Every example of
// GraphiQL is run in its order, up to a paid order, whose page and mail are then read; a second order is paid
// with a card whose bank asks, and more in the hosted checkout, with a script and without. Chromium may reach
// nobody but these two, and whatever it complains about fails the walk.

import assert from 'node:assert/strict';
import { join } from 'node:path';

import { checkouts, inGerman } from './checkout.mjs';
import { launch } from './chromium.mjs';
import { examples, outOfOrder } from './examples.mjs';
import { bank, pages } from './pages.mjs';
import { Shop } from './shop.mjs';

const [address, vault, folder] = process.argv.slice(2);
const PATIENCE = 90_000;

// A browser's own storage and window, and everything it complained about or asked for.
async function visitor(browser, device, options, expected = []) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const complaints = [];
  const requests = [];
  context.on('console', (said) => {
    const isExpected = expected.some((status) => said.text().includes(`status of ${status}`));
    if (said.type() === 'error' && !isExpected) complaints.push(`console: ${said.text()}`);
  });
  context.on('weberror', (thrown) => complaints.push(`thrown: ${thrown.error()}`));
  context.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // A page that asks again by itself is left in the middle of it.
    const asksAgain = request.isNavigationRequest() || request.url().endsWith('/state');
    if (why === 'net::ERR_ABORTED' && asksAgain) return;
    complaints.push(`failed: ${request.url()} ${why}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400 && !expected.includes(response.status())) complaints.push(`${response.status()}: ${response.url()}`);
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
  // The same, where the shop's card vault and bank were asked as often as was needed.
  const leftWith = (origin) => {
    assert.deepEqual(complaints, []);
    const elsewhere = requests.map((request) => new URL(request.split(' ')[1]).origin);
    assert.deepEqual([...new Set(elsewhere)].sort(), [new URL(address).origin, origin].sort());
  };
  return { context, page, picture, left, leftWith };
}

const { hostname } = new URL(address);
const browser = await launch([hostname, new URL(vault).hostname], PATIENCE);
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

  const vaultOrigin = new URL(vault).origin;
  await checkouts(async (device, how, walk) => {
    const options = { ...(device === 'phone' ? PHONE : DESKTOP), javaScriptEnabled: how.isScripted };
    const name = how.isScripted ? device : `${device}-plain`;
    // A form that is not right comes back with 422.
    const walker = await visitor(browser, name, options, [422]);
    await walk(walker, how);
    walker.leftWith(vaultOrigin);
  }, shop);
  const german = await visitor(browser, 'phone', PHONE);
  await inGerman(german, shop);
  german.left([]);
} finally {
  await browser.close();
}
