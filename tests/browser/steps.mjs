// What all walks through the hosted checkout do alike.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { see } from './pages.mjs';
import { PATIENCE } from './visitor.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const GOOD = '4242 4242 4242 4242';
export const POOR = '4000 0000 0000 9995';
export const ASKS = '4000 0000 0000 3220';

// Whether everybody can use the page, frames included: WCAG 2.2, levels A and AA.
export async function usable(page) {
  for (const frame of page.frames()) {
    await frame.evaluate(AXE);
    const found = await frame.evaluate(async (isWhole) => {
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
      // A frame's heading stands above it.
      if (isWhole) tags.push('best-practice');
      const { violations } = await globalThis.axe.run(document, { runOnly: tags, iframes: false });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    }, frame === page.mainFrame());
    assert.deepEqual(found, [], frame.url());
  }
}

// Looks at a page: its words, whether it fits, whether everybody can use it, and a picture of it.
export async function look({ page, picture }, name, words, isScripted) {
  await see(page, words);
  if (isScripted) await usable(page);
  await picture(`checkout-${name}`);
}

export async function card(page, number, words = WORDS.en) {
  const frame = page.frameLocator('iframe');
  await frame.getByLabel(words.number).fill(number);
  await frame.getByLabel(words.expires).fill('12 / 40');
  await frame.getByLabel(words.code).fill('123');
  await frame.getByRole('button', { name: words.toReview }).click();
  await page.waitForURL('**/review');
}

// What a page calls its fields and buttons, in the languages that are walked through.
export const WORDS = {
  en: {
    email: 'E-mail address',
    country: 'Country or region',
    first: 'First name',
    last: 'Last name',
    street: 'Street and number',
    zip: 'Postal code',
    city: 'City',
    region: 'State or province',
    toDelivery: 'Continue to delivery',
    toPayment: 'Continue to payment',
    number: 'Card number',
    expires: 'Expires',
    code: 'Security code',
    toReview: 'Continue to review',
  },
  de: {
    email: 'E-Mail-Adresse',
    country: 'Land oder Region',
    first: 'Vorname',
    last: 'Nachname',
    street: 'Straße und Hausnummer',
    zip: 'Postleitzahl',
    city: 'Ort',
    toDelivery: 'Weiter zum Versand',
    toPayment: 'Weiter zur Zahlung',
    number: 'Kartennummer',
    expires: 'Gültig bis',
    code: 'Prüfnummer',
    toReview: 'Weiter zur Prüfung',
  },
};

// From the first step to the choice of a delivery.
export async function deliverTo(page, home, words = WORDS.en) {
  if (home.country) await page.getByLabel(words.country).selectOption(home.country);
  for (const field of ['email', 'first', 'last', 'street', 'zip', 'city']) {
    await page.getByLabel(words[field], { exact: field === 'city' }).fill(home[field]);
  }
  if (home.region) await page.getByLabel(words.region).selectOption(home.region);
  await page.getByRole('button', { name: words.toDelivery }).click();
  await page.waitForURL('**/delivery');
}

// From the choice of a delivery, which is the one that was offered first, to that of a payment.
export async function toPayment(page, words = WORDS.en) {
  await page.getByRole('button', { name: words.toPayment }).click();
  await page.waitForURL('**/payment');
}

// The confirmation of an order, in whatever language, which comes when it comes. Answers its plain text,
// with amounts as numbers alone.
export async function confirmation({ page, picture }, address, number, name) {
  const mail = page.locator('p', { hasText: number }).getByRole('link');
  await page.goto(`${address}/mailbox`);
  await page.getByRole('heading', { name: 'Mailbox' }).waitFor();
  const deadline = Date.now() + PATIENCE;
  while ((await mail.count()) === 0) {
    assert.ok(Date.now() < deadline, `no mail tells of order ${number}`);
    await page.waitForTimeout(250);
    await page.reload();
  }
  await mail.click();
  await page.frameLocator('iframe').getByText(number).first().waitFor();
  if (name) await picture(`checkout-mail-${name}`);
  await page.waitForLoadState();
  const text = await page.locator('pre').innerText();
  return text.replaceAll(/ USD|\$/g, '').replaceAll('−', '-');
}
