// What comes in between at the hosted checkout: another tab, other buyers, another price.

import assert from 'node:assert/strict';

import { sell } from './operator.mjs';
import { see } from './pages.mjs';
import { GOOD, card, confirmation, deliverTo, look, toPayment } from './steps.mjs';

const HOME = {
  email: 'alan@example.com',
  first: 'Alan',
  last: 'Hardy',
  street: '12 Mill Lane',
  zip: '97201',
  city: 'Portland',
  region: 'Oregon',
};

// From a cart to the review of its order.
async function review({ page }, url) {
  await page.goto(url);
  await deliverTo(page, HOME);
  await toPayment(page);
  await card(page, GOOD);
}

// Pays, and answers the order's number.
async function pay({ page }, amount) {
  await page.getByRole('button', { name: `Pay ${amount}` }).click();
  await page.waitForURL('**/thank-you');
  await see(page, ['Thank you!', amount]);
  return /#\d+/.exec(await page.locator('main').innerText())[0];
}

// Pays in one tab, and presses in the other, which shows the same review, later.
export async function tabs(visitor, shop) {
  const { context, page } = visitor;
  await review(visitor, await shop.fill(['riverbend-bottle']));
  const other = await context.newPage();
  await other.goto(page.url());
  const press = other.getByRole('button', { name: 'Pay $34.00' });
  await press.waitFor();
  const number = await pay(visitor, '$34.00');
  await press.click();
  await other.waitForURL('**/thank-you');
  await see(other, ['Thank you!', `Order ${number}`]);
  assert.equal(other.url(), page.url());
  const mail = await confirmation(visitor, shop.address, number);
  assert.ok(mail.includes('Total: 34.00'), mail);
}

// Somebody else was faster, and there is less than what is in the cart.
export async function soldOut(visitor, shop) {
  const { page } = visitor;
  sell('field-kettle', 'Field Kettle', '10.00', 3);
  await review(visitor, await shop.fill(['field-kettle'], '', 3));
  sell('field-kettle', 'Field Kettle', '10.00', 2);
  await page.getByRole('button', { name: 'Pay $35.00' }).click();
  await page.waitForURL('**/stock');
  await look(visitor, 'stock', ['Of Field Kettle you want 3, but only 2 can be bought.', 'Back to the shop'], true);
  await page.getByRole('button', { name: 'Continue with what is available' }).click();
  await page.getByRole('button', { name: 'Continue to delivery' }).click();
  await page.waitForURL('**/delivery');
  await toPayment(page);
  await card(page, GOOD);
  const number = await pay(visitor, '$25.00');
  const mail = await confirmation(visitor, shop.address, number);
  assert.ok(mail.includes('Total: 25.00'), mail);
}

// The merchant asks for more than the page that the buyer looks at says.
export async function repriced(visitor, shop) {
  const { page } = visitor;
  sell('folding-lamp', 'Folding Lamp', '10.00', 5);
  await review(visitor, await shop.fill(['folding-lamp']));
  sell('folding-lamp', 'Folding Lamp', '12.50', 5);
  await page.getByRole('button', { name: 'Pay $15.00' }).click();
  await page.getByText('The total has changed from $15.00 to $17.50. Please look at it again before you pay.').waitFor();
  await look(visitor, 'repriced', ['Review and pay', 'Pay $17.50'], true);
  const number = await pay(visitor, '$17.50');
  const mail = await confirmation(visitor, shop.address, number);
  assert.ok(mail.includes('Total: 17.50'), mail);
}
