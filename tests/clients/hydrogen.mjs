// @shopify/hydrogen as its skeleton uses it: the storefront client, the cart handler and pages of a search.

import assert from 'node:assert/strict';
import { InMemoryCache, createCartHandler, createStorefrontClient, flattenConnection, getPaginationVariables } from '@shopify/hydrogen';

const VARIANT = `query ($handle: String!, $country: CountryCode, $language: LanguageCode)
  @inContext(country: $country, language: $language) {
  product(handle: $handle) { selectedOrFirstAvailableVariant { id price { amount } } }
}`;
const FOUND = `query ($first: Int, $last: Int, $startCursor: String, $endCursor: String, $query: String!) {
  products(first: $first, last: $last, before: $startCursor, after: $endCursor, query: $query, sortKey: TITLE) {
    nodes { title }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

function open(address) {
  const { storefront } = createStorefrontClient({
    cache: new InMemoryCache(),
    waitUntil: () => {},
    i18n: { language: 'EN', country: 'US' },
    storeDomain: address,
    publicStorefrontToken: 'a'.repeat(32),
    storefrontApiVersion: '2026-04',
    storefrontHeaders: { requestGroupId: 'the-page', buyerIp: '192.0.2.7', cookie: '', purpose: '' },
  });
  return storefront;
}

// The cart's handler keeps the id in a cookie, as a storefront's server does.
async function cart(storefront, address) {
  let kept;
  const handler = createCartHandler({
    storefront,
    getCartId: () => kept,
    setCartId: (id) => {
      kept = id;
      return new Headers({ 'set-cookie': `cart=${id.split('/').pop()}` });
    },
  });
  assert.equal(await handler.get(), null);
  const { product } = await storefront.query(VARIANT, { variables: { handle: 'riverbend-bottle' } });
  const { id: merchandiseId, price } = product.selectedOrFirstAvailableVariant;

  const made = await handler.addLines([{ merchandiseId, quantity: 2 }]);
  assert.equal(made.errors, undefined, JSON.stringify(made.errors));
  assert.ok(made.cart.id.startsWith('gid://shopify/Cart/'));
  assert.ok(handler.setCartId(made.cart.id).get('set-cookie').startsWith('cart='));
  let read = await handler.get();
  assert.equal(read.totalQuantity, 2);
  assert.equal(Number(read.cost.subtotalAmount.amount), 2 * Number(price.amount));
  assert.ok(read.checkoutUrl.startsWith(`${address}/cart/c/`), read.checkoutUrl);

  const [line] = flattenConnection(read.lines);
  await handler.updateLines([{ id: line.id, quantity: 3 }]);
  await handler.updateNote('leave it at the door');
  await handler.updateAttributes([{ key: 'gift', value: 'yes' }]);
  await handler.updateBuyerIdentity({ email: 'robin@example.com', countryCode: 'US' });
  const coded = await handler.updateDiscountCodes(['NOT-A-CODE']);
  assert.deepEqual(coded.userErrors, []);
  read = await handler.get();
  assert.deepEqual([read.totalQuantity, read.note], [3, 'leave it at the door']);
  assert.deepEqual(read.attributes.map(({ key, value }) => [key, value]), [['gift', 'yes']]);
  assert.equal(read.buyerIdentity.email, 'robin@example.com');
  assert.deepEqual(read.discountCodes, [{ code: 'NOT-A-CODE', applicable: false }]);
  await handler.removeLines([line.id]);
  assert.equal((await handler.get()).totalQuantity, 0);
}

// Forwards to the second page, and back again.
async function search(storefront) {
  const page = async (parameters) => {
    const request = new Request(`http://shop.example/search?${new URLSearchParams(parameters)}`);
    const variables = { ...getPaginationVariables(request, { pageBy: 2 }), query: 'available_for_sale:true' };
    const { products } = await storefront.query(FOUND, { variables });
    return { titles: products.nodes.map(({ title }) => title), pageInfo: products.pageInfo };
  };
  const first = await page({});
  assert.equal(first.titles.length, 2);
  assert.deepEqual([first.pageInfo.hasPreviousPage, first.pageInfo.hasNextPage], [false, true]);
  const second = await page({ direction: 'next', cursor: first.pageInfo.endCursor });
  assert.equal(second.pageInfo.hasPreviousPage, true);
  const back = await page({ direction: 'previous', cursor: second.pageInfo.startCursor });
  assert.deepEqual(back.titles, first.titles);
  assert.deepEqual([...first.titles, ...second.titles], [...first.titles, ...second.titles].sort());
}

export async function hydrogen({ address }) {
  const storefront = open(address);
  await cart(storefront, address);
  await search(storefront);
  return '@shopify/hydrogen';
}
