// @shopify/hydrogen as its skeleton uses it: the storefront client, the cart handler, pages of a search,
// suggestions, sitemaps and redirects.

import assert from 'node:assert/strict';
import {
  InMemoryCache,
  createCartHandler,
  createStorefrontClient,
  flattenConnection,
  getPaginationVariables,
  getSitemap,
  getSitemapIndex,
  storefrontRedirect,
} from '@shopify/hydrogen';
import { getAdjacentAndFirstAvailableVariants, getProductOptions } from '@shopify/hydrogen-react';

import { bring, giftCard } from '../browser/operator.mjs';

const VARIANT = `query ($handle: String!, $country: CountryCode, $language: LanguageCode)
  @inContext(country: $country, language: $language) {
  product(handle: $handle) { selectedOrFirstAvailableVariant { id price { amount } } }
}`;
const FOUND = `query ($first: Int, $last: Int, $startCursor: String, $endCursor: String, $term: String!) {
  products: search(
    query: $term, types: [PRODUCT], sortKey: RELEVANCE, unavailableProducts: HIDE,
    first: $first, last: $last, before: $startCursor, after: $endCursor
  ) {
    totalCount
    nodes { ... on Product { title trackingParameters } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
const SUGGESTED = `query ($term: String!, $types: [PredictiveSearchType!]) {
  predictiveSearch(limit: 5, limitScope: EACH, query: $term, types: $types) {
    products { title trackingParameters }
    collections { title }
    queries { text styledText }
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

const HOME = { firstName: 'Robin', lastName: 'Ash', address1: '12 Mill Lane', city: 'Portland', zip: '97201', provinceCode: 'OR', countryCode: 'US' };
const MORE = `fragment CartApiQuery on Cart {
  id
  cost { subtotalAmount { amount } totalAmount { amount } }
  discountCodes { code applicable }
  appliedGiftCards { id lastCharacters amountUsed { amount currencyCode } }
  delivery { addresses { id selected address { ... on CartDeliveryAddress { address1 city zip provinceCode countryCode } } } }
  deliveryGroups(first: 5) { nodes { id deliveryOptions { handle title } selectedDeliveryOption { handle title } } }
  gift: metafield(namespace: "custom", key: "gift") { value type }
  lines(first: $numCartLines) { nodes { quantity } }
}`;

// What pays for a cart, where it goes and what is noted about it; every call is told in full what there is then.
async function completed(storefront) {
  let kept;
  const handler = createCartHandler({
    storefront,
    getCartId: () => kept,
    setCartId: (id) => {
      kept = id;
      return new Headers();
    },
    cartQueryFragment: MORE,
  });
  const done = async (change) => {
    const { errors, userErrors, warnings } = await change;
    assert.equal(errors, undefined, JSON.stringify(errors));
    assert.deepEqual([userErrors ?? [], warnings ?? []], [[], []]);
    return handler.get();
  };
  const { product } = await storefront.query(VARIANT, { variables: { handle: 'riverbend-bottle' } });
  const made = await handler.create({
    lines: [{ merchandiseId: product.selectedOrFirstAvailableVariant.id, quantity: 2 }],
    buyerIdentity: { email: 'robin@example.com', countryCode: 'US' },
  });
  handler.setCartId(made.cart.id);

  let cart = await done(handler.updateDiscountCodes(['TENTH']));
  assert.deepEqual(cart.discountCodes, [{ code: 'TENTH', applicable: true }]);
  assert.deepEqual([cart.cost.subtotalAmount.amount, cart.cost.totalAmount.amount], ['58.0', '52.2']);

  const [first, second] = [giftCard('20.00'), giftCard('5.00')];
  const cards = () => cart.appliedGiftCards.map(({ lastCharacters, amountUsed }) => [lastCharacters, amountUsed.amount]);
  const shown = (code, amount) => [code.slice(-4), amount];
  const same = (...expected) => assert.deepEqual(cards(), expected);
  cart = await done(handler.updateGiftCardCodes([first]));
  same(shown(first, '20.0'));
  cart = await done(handler.addGiftCardCodes([second]));
  same(shown(first, '20.0'), shown(second, '5.0'));
  cart = await done(handler.removeGiftCardCodes([cart.appliedGiftCards[0].id]));
  same(shown(second, '5.0'));

  cart = await done(handler.addDeliveryAddresses([{ selected: true, address: { deliveryAddress: HOME } }]));
  const where = () => cart.delivery.addresses.map(({ selected, address }) => [selected, address.address1, address.provinceCode]);
  assert.deepEqual(where(), [[true, '12 Mill Lane', 'OR']]);
  const [{ id }] = cart.delivery.addresses;
  cart = await done(handler.updateDeliveryAddresses([{ id, address: { deliveryAddress: { ...HOME, address1: '7 Quay' } } }]));
  assert.deepEqual(where(), [[true, '7 Quay', 'OR']]);

  const [group] = cart.deliveryGroups.nodes;
  const express = group.deliveryOptions.find(({ title }) => title === 'Express');
  const chosen = [{ deliveryGroupId: group.id, deliveryOptionHandle: express.handle }];
  cart = await done(handler.updateSelectedDeliveryOption(chosen));
  assert.deepEqual(cart.deliveryGroups.nodes[0].selectedDeliveryOption, express);
  assert.equal(cart.cost.totalAmount.amount, '67.2');

  cart = await done(handler.replaceDeliveryAddresses([{ selected: true, address: { deliveryAddress: { ...HOME, address1: '9 Quay' } } }]));
  assert.deepEqual(where(), [[true, '9 Quay', 'OR']]);
  cart = await done(handler.removeDeliveryAddresses([cart.delivery.addresses[0].id]));
  assert.deepEqual(where(), []);

  const gift = { key: 'custom.gift', type: 'single_line_text_field', value: 'for Ada' };
  cart = await done(handler.setMetafields([gift]));
  assert.deepEqual(cart.gift, { value: 'for Ada', type: 'single_line_text_field' });
  cart = await done(handler.deleteMetafield('custom.gift'));
  assert.equal(cart.gift, null);
}

const PICKED = `query ($handle: String!, $selected: [SelectedOptionInput!]!) { product(handle: $handle) {
  handle encodedVariantExistence encodedVariantAvailability
  options { name optionValues { name firstSelectableVariant { ...V } } }
  selectedOrFirstAvailableVariant(selectedOptions: $selected) { ...V }
  adjacentVariants(selectedOptions: $selected) { ...V }
} }
fragment V on ProductVariant { id title availableForSale selectedOptions { name value } product { handle } }`;

// The picker of options for a jacket of which few combinations exist, and one of those is sold out.
async function pick(storefront) {
  const variants = [
    ['Red', 'S', 'Wool', 3],
    ['Red', 'L', 'Linen', 0],
    ['Green', 'M', 'Wool', 3],
    ['Blue', 'S', 'Linen', 3],
    ['Blue', 'L', 'Wool', 3],
  ];
  const columns =
    'Handle,Title,Published,Status,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price';
  const rows = variants.map(([color, size, cloth, stock], at) => {
    const own = at === 0 ? ['Sparse Jacket', 'true', 'active'] : ['', '', ''];
    const names = at === 0 ? ['Color', 'Size', 'Cloth'] : ['', '', ''];
    const options = [color, size, cloth].flatMap((value, option) => [names[option], value]);
    return ['sparse-jacket', ...own, ...options, `SPARSE-${at}`, 'shopify', stock, 'deny', '80.00'].join(',');
  });
  bring('products.csv', `${[columns, ...rows].join('\n')}\n`);

  const read = async (selected) => {
    const variables = { handle: 'sparse-jacket', selected: selected.map((value, at) => ({ name: ['Color', 'Size', 'Cloth'][at], value })) };
    return (await storefront.query(PICKED, { variables })).product;
  };
  const near = (product) => getAdjacentAndFirstAvailableVariants(product).map(({ title }) => title).sort();
  const picker = (product) =>
    getProductOptions(product).map(({ name, optionValues }) => {
      const told = ({ name: value, selected, exists, available, variant }) =>
        [value, selected && 'selected', exists && 'exists', available && 'available', variant.title].filter(Boolean).join(', ');
      return [name, ...optionValues.map(told)];
    });
  const red = await read(['Red', 'S', 'Wool']);
  // The first variant of each value.
  assert.deepEqual(near(red), ['Blue / S / Linen', 'Green / M / Wool', 'Red / L / Linen', 'Red / S / Wool']);
  assert.deepEqual(picker(red), [
    ['Color', 'Red, selected, exists, available, Red / S / Wool', 'Green, exists, available, Green / M / Wool', 'Blue, exists, available, Blue / S / Linen'],
    ['Size', 'S, selected, exists, available, Red / S / Wool', 'L, exists, Red / L / Linen', 'M, Green / M / Wool'],
    ['Cloth', 'Wool, selected, exists, available, Red / S / Wool', 'Linen, Red / L / Linen'],
  ]);
  // With what was chosen, and what differs from it in one option, also where another variant is the first of a value.
  const blue = await read(['Blue', 'L', 'Wool']);
  assert.deepEqual(near(blue), ['Blue / L / Wool', 'Blue / S / Linen', 'Green / M / Wool', 'Red / L / Linen', 'Red / S / Wool']);
  assert.deepEqual(picker(blue)[1], ['Size', 'S, exists, available, Red / S / Wool', 'L, selected, exists, available, Blue / L / Wool', 'M, Green / M / Wool']);
}

// Forwards to the second page, and back again.
async function search(storefront) {
  const page = async (parameters) => {
    const request = new Request(`http://shop.example/search?${new URLSearchParams(parameters)}`);
    const variables = { ...getPaginationVariables(request, { pageBy: 4 }), term: 'ceramics' };
    const { products } = await storefront.query(FOUND, { variables });
    assert.equal(products.totalCount, 7);
    assert.ok(products.nodes.every(({ trackingParameters }) => trackingParameters.includes('ceramics')));
    return { titles: products.nodes.map(({ title }) => title), pageInfo: products.pageInfo };
  };
  const first = await page({});
  assert.equal(first.titles.length, 4);
  assert.deepEqual([first.pageInfo.hasPreviousPage, first.pageInfo.hasNextPage], [false, true]);
  const second = await page({ direction: 'next', cursor: first.pageInfo.endCursor });
  assert.deepEqual([second.pageInfo.hasPreviousPage, second.pageInfo.hasNextPage], [true, false]);
  const back = await page({ direction: 'previous', cursor: second.pageInfo.startCursor });
  assert.deepEqual(back.titles, first.titles);
  assert.deepEqual([...first.titles, ...second.titles].sort(), [
    'Afternoon Teapot',
    'Dipped Stoneware Mug',
    'Hillside Vase',
    'Nesting Bowls',
    'Ridge Pen Cup',
    'Sprout Planter',
    'Twist Pepper Mill',
  ]);
}

// What is suggested while somebody types.
async function suggest(storefront) {
  const variables = { term: 'teap', types: ['PRODUCT', 'QUERY'] };
  const { predictiveSearch } = await storefront.query(SUGGESTED, { variables });
  assert.deepEqual(predictiveSearch.products.map(({ title }) => title), ['Afternoon Teapot']);
  assert.deepEqual(predictiveSearch.collections, []);
}

async function crawl(storefront) {
  const request = new Request('http://shop.example/sitemap.xml');
  const types = ['products', 'pages', 'collections'];
  const index = await (await getSitemapIndex({ storefront, request, types })).text();
  assert.ok(index.includes('<loc>http://shop.example/sitemap/products/1.xml</loc>'), index);
  const params = { type: 'products', page: '1' };
  const getLink = ({ type, baseUrl, handle }) => `${baseUrl}/${type}/${handle}`;
  const page = await getSitemap({ storefront, request, params, getLink, locales: [] });
  const text = await page.text();
  assert.ok(text.includes('<loc>http://shop.example/products/afternoon-teapot</loc>'), text);
}

// A page that is not there any more.
async function redirect(storefront) {
  const lead = (path) => storefrontRedirect({ storefront, request: new Request(`http://shop.example${path}`) });
  const moved = await lead('/Old/Teapot');
  assert.deepEqual([moved.status, moved.headers.get('location')], [301, '/products/afternoon-teapot']);
  assert.equal((await lead('/never-there')).status, 404);
}

export async function hydrogen({ address }) {
  const storefront = open(address);
  bring('discounts.csv', 'Title,Codes,Type,Value\nTenth,TENTH,percentage,10\n', 'discounts', 'import');
  await cart(storefront, address);
  await completed(storefront);
  await pick(storefront);
  await search(storefront);
  await suggest(storefront);
  await crawl(storefront);
  await redirect(storefront);
  return '@shopify/hydrogen';
}
