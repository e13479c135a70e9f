// A whole purchase in Chromium: CartProvider fills the cart on a storefront of another origin, and the hosted
// checkout sells it.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

import { launch } from '../browser/chromium.mjs';

const PATIENCE = 90_000;
const PAGE = '<!doctype html><title>Storefront</title><div id="shop"></div><script type="module" src="/shop.js"></script>';

async function serve(address) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('storefront.jsx', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    logLevel: 'error',
    define: { API: JSON.stringify(address), 'process.env.NODE_ENV': '"production"', __HYDROGEN_DEV__: 'false' },
  });
  const server = createServer((request, response) => {
    const isScript = request.url === '/shop.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? outputFiles[0].contents : PAGE);
  });
  server.listen(0, new URL(address).hostname);
  await once(server, 'listening');
  return { server, home: `http://${server.address().address}:${server.address().port}/` };
}

async function shop(page, home) {
  await page.goto(home);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByText('Cart: 1 (idle)').waitFor();
  await page.getByRole('button', { name: 'One more' }).click();
  await page.getByText('Cart: 2 (idle)').waitFor();
  // The cart is found again by its id, which CartProvider keeps.
  await page.reload();
  await page.getByText('Cart: 2 (idle)').waitFor();
  await page.getByRole('button', { name: 'Check out' }).click();
  await page.waitForURL('**/checkout/**');
}

async function pay(page) {
  for (const [label, text] of [
    ['E-mail address', 'lee@example.com'],
    ['Last name', 'Ash'],
    ['Street and number', '12 Mill Lane'],
    ['Postal code', '97201'],
    ['City', 'Portland'],
  ]) {
    await page.getByLabel(label).fill(text);
  }
  await page.getByLabel('State or province').selectOption('Oregon');
  await page.getByRole('button', { name: 'Continue to delivery' }).click();
  await page.getByRole('button', { name: 'Continue to payment' }).click();
  const card = page.frameLocator('iframe');
  await card.getByLabel('Card number').fill('4242 4242 4242 4242');
  await card.getByLabel('Expires').fill('12 / 40');
  await card.getByLabel('Security code').fill('123');
  await card.getByRole('button', { name: 'Continue to review' }).click();
  await page.waitForURL('**/review');
  await page.getByRole('button', { name: 'Pay' }).click();
  await page.waitForURL('**/thank-you');
  await page.getByText('Thank you!').waitFor();
}

export async function purchase({ address }) {
  const { server, home } = await serve(address);
  const browser = await launch([new URL(address).hostname], PATIENCE);
  try {
    const context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE);
    const complaints = [];
    context.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
    context.on('weberror', (thrown) => complaints.push(String(thrown.error())));
    const page = await context.newPage();
    await shop(page, home);
    await pay(page);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    server.close();
  }
  return '@shopify/hydrogen-react: CartProvider';
}
