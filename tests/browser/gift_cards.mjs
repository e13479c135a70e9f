// Gift cards at the hosted checkout: one that pays a part, and one that pays everything.

import assert from 'node:assert/strict';

import { giftCard } from './operator.mjs';
import { see } from './pages.mjs';
import { GOOD, card, confirmation, deliverTo, look, toPayment } from './steps.mjs';

const HOME = {
  email: 'grace@example.com',
  first: 'Grace',
  last: 'Murray',
  street: '12 Mill Lane',
  zip: '97201',
  city: 'Portland',
  region: 'Oregon',
};
// 28.00 and 29.00, and 5.00 for delivery.
const GOODS = ['harbor-pocket-tee', 'riverbend-bottle'];

// By the keyboard: taps beside a frame of another origin get lost in Chromium's emulation of a phone.
async function enter(page, code) {
  await page.getByLabel('Discount code or gift card').fill(code);
  await page.getByRole('button', { name: 'Apply' }).press('Enter');
}

// The card's frame has come from the vault, so that nothing of the page is under way any more.
async function framed(page) {
  await page.frameLocator('iframe').getByLabel('Card number').waitFor();
}

// The summary has these sums and no others, once the page is whole.
async function costs(page, expected) {
  await page.waitForLoadState();
  const [names, amounts] = [page.locator('aside dl.sums dt'), page.locator('aside dl.sums dd')];
  assert.deepEqual([await names.allInnerTexts(), await amounts.allInnerTexts()], [Object.keys(expected), Object.values(expected)]);
}

// The order's number, from its own page, on which it is paid for.
async function ordered({ page }) {
  const [number] = /#\d+/.exec(await page.locator('main').innerText());
  await page.getByRole('link', { name: 'See how your order stands' }).click();
  await see(page, [`Order ${number}`, 'Payment: paid']);
  return number;
}

// Pays 20.00 by gift card, which is taken out and entered again, and the rest by card.
export async function partly(visitor, shop) {
  const { page } = visitor;
  const code = giftCard('20.00');
  const name = `Gift card ending in ${code.slice(-4)}`;
  await page.goto(await shop.fill(GOODS));
  await deliverTo(page, HOME);
  await toPayment(page);
  await framed(page);
  const before = { Subtotal: '$57.00', Delivery: '$5.00', Total: '$62.00' };
  await costs(page, before);

  // What looks like a gift card's code and is none stands in no address.
  await enter(page, 'ABCD-EFGH-JKMN-PQRS');
  await page.waitForURL(/refused_code/);
  await framed(page);
  await see(page, ['“…PQRS” cannot be used for this order.']);
  assert.ok(!page.url().includes('ABCD'), page.url());
  await enter(page, code.toLowerCase());
  const out = page.getByRole('button', { name: `Remove ${name}` });
  await out.waitFor();
  assert.ok(!page.url().includes(code), page.url());
  const after = { ...before, [name]: '−$20.00', 'To pay': '$42.00' };
  await costs(page, after);
  await framed(page);
  await out.press('Enter');
  await out.waitFor({ state: 'detached' });
  await framed(page);
  await costs(page, before);
  await enter(page, code);
  await out.waitFor();
  await framed(page);
  await costs(page, after);
  await look(visitor, 'gift-card', [name, 'To pay'], true);

  await card(page, GOOD);
  await look(visitor, 'gift-card-review', [name, 'grace@example.com', 'To pay'], true);
  assert.ok(!(await page.content()).includes(code));
  await page.getByRole('button', { name: 'Pay $42.00' }).click();
  await page.waitForURL('**/thank-you');
  await look(visitor, 'gift-card-thanks', ['Thank you!', 'Paid by gift card', '−$20.00', '$62.00'], true);
  const number = await ordered(visitor);
  const mail = await confirmation(visitor, shop.address, number, 'gift-card');
  assert.ok(mail.includes('Total: 62.00\nGift card: -20.00\nPaid otherwise: 42.00\n'), mail);
}

// Pays everything by gift card: nothing asks for a card, and nobody but the shop is asked anything.
export async function wholly(visitor, shop) {
  const { page } = visitor;
  const code = giftCard('100.00');
  const name = `Gift card ending in ${code.slice(-4)}`;
  await page.goto(await shop.fill(GOODS));
  await enter(page, code);
  await see(page, [name]);
  await deliverTo(page, HOME);
  await toPayment(page);
  await look(visitor, 'gift-card-alone', ['There is nothing to pay for this order.', name], true);
  assert.equal(await page.locator('iframe').count(), 0);
  await costs(page, {
    Subtotal: '$57.00',
    Delivery: '$5.00',
    Total: '$62.00',
    [name]: '−$62.00',
    'To pay': '$0.00',
  });
  await page.getByRole('button', { name: 'Continue to review' }).click();
  await page.waitForURL('**/review');
  await look(visitor, 'gift-card-alone-review', [name, 'Place the order'], true);
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.waitForURL('**/thank-you');
  await look(visitor, 'gift-card-alone-thanks', ['Thank you!', 'Paid by gift card', '−$62.00'], true);
  const number = await ordered(visitor);
  const mail = await confirmation(visitor, shop.address, number, 'gift-card-alone');
  assert.ok(mail.includes('Total: 62.00\nGift card: -62.00\n'), mail);
}
