// The hosted checkout as a buyer walks through it: from a storefront's cart to the mail.

import assert from 'node:assert/strict';

import { see } from './pages.mjs';
import { ASKS, GOOD, POOR, card, confirmation, look } from './steps.mjs';

async function address(visitor, isScripted) {
  const { page } = visitor;
  const go = () => page.getByRole('button', { name: 'Continue to delivery' }).click();
  await go();
  await look(visitor, 'faults', ['Please check what you entered', 'Please fill this in'], isScripted);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'email');

  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.getByLabel('Country or region').selectOption('Canada');
  if (!isScripted) await page.getByRole('button', { name: 'Change country' }).click();
  await page.locator('select[name=provinceCode] option', { hasText: 'Ontario' }).waitFor({ state: 'attached' });
  assert.equal(await page.getByLabel('E-mail address').inputValue(), 'ada@example.com');
  await page.getByLabel('Country or region').selectOption('United States');
  if (!isScripted) await page.getByRole('button', { name: 'Change country' }).click();
  await page.locator('select[name=provinceCode] option', { hasText: 'Oregon' }).waitFor({ state: 'attached' });
  for (const [label, text] of [
    ['First name', 'Ada'],
    ['Last name', 'Byron'],
    ['Street and number', '12 Mill Lane'],
    ['Postal code', '97201'],
    ['City', 'Portland'],
  ]) {
    await page.getByLabel(label).fill(text);
  }
  await page.getByLabel('State or province').selectOption('Oregon');
  // The enter key goes on, too.
  if (isScripted) await page.getByLabel('City').press('Enter');
  else await go();
  await page.waitForURL('**/delivery');
}

// Buys a cart; answers where its order is seen.
async function buy(visitor, shop, { isScripted, declined, asked }) {
  const { page, picture } = visitor;
  const url = await shop.fill(['harbor-pocket-tee', 'riverbend-bottle']);
  const key = new URL(url).searchParams.get('key');
  await page.goto(url);
  assert.ok(!page.url().includes(key), page.url());
  await look(visitor, 'information', ['Information', 'Order summary', 'Harbor Pocket Tee', 'Total'], isScripted);
  await address(visitor, isScripted);

  await look(visitor, 'delivery', ['12 Mill Lane', 'How shall it be delivered?', 'Express'], isScripted);
  await page.getByLabel('Express').check();
  await page.getByLabel('Discount code').fill('NOT-A-CODE');
  await page.getByRole('button', { name: 'Apply' }).click();
  await see(page, ['“NOT-A-CODE” cannot be used for this order.']);
  await page.getByLabel('Discount code').fill('WELCOME');
  await page.getByRole('button', { name: 'Apply' }).click();
  await look(visitor, 'discount', ['Remove WELCOME', '−$5.70'], isScripted);
  await page.getByLabel('Express').check();
  await page.getByRole('button', { name: 'Continue to payment' }).click();

  await page.frameLocator('iframe').getByLabel('Card number').waitFor();
  await look(visitor, 'payment', ['Card details', 'The same as the delivery address'], isScripted);
  if (declined) {
    await card(page, POOR);
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.getByText('The payment failed').waitFor();
    await look(visitor, 'declined', ['There is not enough money on the card', 'Nothing was charged'], isScripted);
    await page.getByRole('link', { name: 'Try again' }).click();
  }
  await card(page, asked ? ASKS : GOOD);
  await look(visitor, 'review', ['Review and pay', 'ada@example.com', '12 Mill Lane', 'Express', 'Card'], isScripted);
  const review = page.url();
  const pay = page.getByRole('button', { name: 'Pay' });
  const [amount] = /\$[\d.]+/.exec(await pay.innerText());
  // Impatient people press twice.
  await pay.dblclick({ noWaitAfter: true });
  if (asked) {
    await see(page, ['Sandbox bank']);
    await page.getByRole('button', { name: 'Approve' }).click();
  }
  await page.waitForURL('**/thank-you');
  await look(visitor, 'thanks', ['Thank you!', 'Harbor Pocket Tee', amount, 'Portland'], isScripted);
  const number = /Order (#\d+)/.exec(await page.locator('main').innerText())[1];
  // Behind a bank's page stands the bank, otherwise the review.
  if (asked) await page.goto(review);
  else await page.goBack();
  await see(page, ['Thank you!', `Order ${number}`]);

  await page.getByRole('link', { name: 'See how your order stands' }).click();
  await look(visitor, 'status', [`Order ${number}`, 'Payment: paid', amount], isScripted);
  const order = page.url();
  await confirmation(visitor, shop.address, number);
  const mail = page.frameLocator('iframe');
  assert.equal(await mail.getByText('See how your order stands').getAttribute('href'), order);
  await picture('checkout-mail');
}

// With a script and without, on a desk and on the way; with a card that is declined and a bank that asks.
export async function checkouts(visit, shop) {
  await visit('desktop', { isScripted: true, asked: true }, (visitor, how) => buy(visitor, shop, how));
  await visit('phone', { isScripted: true, declined: true }, (visitor, how) => buy(visitor, shop, how));
  await visit('desktop', { isScripted: false, declined: true }, (visitor, how) => buy(visitor, shop, how));
  await visit('phone', { isScripted: false }, (visitor, how) => buy(visitor, shop, how));
}

// The same pages in another language.
export async function inGerman(visitor, shop) {
  const { page } = visitor;
  await page.goto(await shop.fill(['harbor-pocket-tee'], '@inContext(language: DE)'));
  await look(visitor, 'german', ['Angaben', 'Lieferadresse', 'Weiter zum Versand', 'Zwischensumme'], true);
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
}
