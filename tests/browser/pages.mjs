// The pages that links lead to: a cart, an order, and the mail that tells of it.

import assert from 'node:assert/strict';

// Opens every page and reads it; none may be wider than the window.
export async function pages({ context, page, picture }, size, address, { order, cart, total }) {
  const see = async (name, of, words) => {
    for (const text of words) await of.getByText(text).first().waitFor();
    for (const frame of of.frames()) {
      const tooWide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
      assert.equal(await frame.evaluate(tooWide), 0, `${frame.url()} is wider than a ${size}`);
    }
    await picture(`${name}-${size}`, of);
  };

  await page.goto(order);
  await see('order', page, ['Order #1001', 'Harbor Pocket Tee', `${total} USD`, 'Payment: paid', 'Portland']);
  await page.goto(cart);
  await see('bought-cart', page, ['This cart was bought']);
  await page.goto(await openCart(address));
  await see('cart', page, ['Your cart', 'Subtotal', 'Total', 'Delivery is added once an address is known']);

  await page.goto(`${address}/mailbox`);
  await see('mailbox', page, ['Mailbox', 'robin@example.com']);
  await page.getByText('order #1001 is confirmed').click();
  const mail = page.frameLocator('iframe');
  await mail.getByText('Thank you').waitFor();
  await see('mail', page, ['As plain text', `Total: ${total} USD`]);

  const opened = context.waitForEvent('page');
  await mail.getByText('See how your order stands').click();
  const other = await opened;
  await see('order-from-mail', other, ['Order #1001', 'Harbor Pocket Tee']);
  assert.equal(other.url(), order);
}

// A cart with one of each of the first products' variants: many lines, long and short names.
async function openCart(address) {
  const ask = async (query, variables) => {
    const answer = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await answer.json();
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  };
  const { products } = await ask('{ products(first: 20) { nodes { variants(first: 1) { nodes { id } } } } }');
  const lines = products.nodes.map(({ variants }) => ({ merchandiseId: variants.nodes[0].id }));
  const create = 'mutation ($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines }) { cart { checkoutUrl } } }';
  return (await ask(create, { lines })).cartCreate.cart.checkoutUrl;
}
