// Whoever visits the shop: what their window looks like, and what their browser complained about.

import assert from 'node:assert/strict';
import { join } from 'node:path';

export const PATIENCE = 90_000;
export const DEVICES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

// A browser's own storage and window, and everything it complained about or asked for.
// Its pictures are named after `device`; answers with a status in `expected` are no complaint.
export async function visitor({ browser, address, folder }, device, options, expected = []) {
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
    // A page is left while it asks again by itself, and before all its pictures are there.
    const isLeft = request.isNavigationRequest() || request.resourceType() === 'image' || request.url().endsWith('/state');
    if (why === 'net::ERR_ABORTED' && isLeft) return;
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
