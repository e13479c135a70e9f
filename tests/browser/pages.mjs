// The pages that links lead to: a cart, an order, and the mail that tells of it.

import assert from 'node:assert/strict';

// Waits for texts of a page, which must not be wider than the window.
export async function see(page, words) {
  for (const text of words) await page.getByText(text).first().waitFor();
  for (const frame of page.frames()) {
    const tooWide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    assert.equal(await frame.evaluate(tooWide), 0, `${frame.url()} is too wide`);
  }
}

// Opens every page and reads it.
export async function pages({ context, page, picture }, shop, { order, cart, total }) {
  await page.goto(order);
  await see(page, ['Order #1001', 'Harbor Pocket Tee', `$${total}`, 'Payment: paid', 'Portland']);
  await picture('order');
  await page.goto(cart);
  await see(page, ['Thank you!', 'Order #1001']);
  await page.goto(await shop.openCart());
  await see(page, ['Information', 'Subtotal', 'Total', 'Known after the address']);
  await picture('cart');

  await page.goto(`${shop.address}/mailbox`);
  await see(page, ['Mailbox', 'robin@example.com']);
  await picture('mailbox');
  await page.getByText('order #1001 is confirmed').click();
  const mail = page.frameLocator('iframe');
  await mail.getByText('Thank you').waitFor();
  await see(page, ['As plain text', new RegExp(`Total: \\$?${total}`)]);
  await picture('mail');

  const opened = context.waitForEvent('page');
  await mail.getByText('See how your order stands').click();
  const other = await opened;
  await see(other, ['Order #1001', 'Harbor Pocket Tee']);
  assert.equal(other.url(), order);
}

// Pays with a card whose bank asks the buyer, who says yes, and ends at the order.
export async function bank({ page, picture }, shop) {
  await page.goto(await shop.buy('riverbend-bottle', '4000000000003220'));
  // Until the bank's question is known the page asks again by itself.
  await page.getByText('Please confirm the payment').waitFor();
  await page.getByText('Go to your bank').click();
  await see(page, ['Sandbox bank', 'No money moves']);
  const asked = page.url();
  await picture('bank');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`${shop.address}/orders/**`);
  await see(page, ['Order #1002', 'Riverbend Bottle', 'Payment: paid']);
  return asked;
}
