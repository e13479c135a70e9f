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
  await cart(storefront, address);
  await search(storefront);
  await suggest(storefront);
  await crawl(storefront);
  await redirect(storefront);
  return '@shopify/hydrogen';
}
