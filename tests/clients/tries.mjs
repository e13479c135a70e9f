// The decoder of @shopify/hydrogen-react reads from our tries exactly the variants that there are.

import assert from 'node:assert/strict';
import { decodeEncodedVariant, isOptionValueCombinationInEncodedVariant } from '@shopify/hydrogen-react';
import { createStorefrontApiClient } from '@shopify/storefront-api-client';

import { bring } from '../browser/operator.mjs';

const PRODUCTS = `{ products(first: 250) { nodes {
  handle encodedVariantExistence encodedVariantAvailability
  options { name optionValues { name } }
  variants(first: 100) { nodes { availableForSale selectedOptions { name value } } }
} } }`;

const GENERATED = `query ($handle: String!, $after: String) { product(handle: $handle) {
  handle encodedVariantExistence encodedVariantAvailability
  options { name optionValues { name } }
  variants(first: 250, after: $after) { nodes { availableForSale selectedOptions { name value } } pageInfo { hasNextPage endCursor } }
} }`;
const COLUMNS =
  'Handle,Title,Published,Status,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price';

// How many values each option has, and how many of a hundred combinations there are.
const SHAPES = [
  [[1], 100],
  [[40], 50],
  [[12, 12], 100],
  [[30, 20], 15],
  [[6, 7, 8], 100],
  [[9, 10, 11], 30],
  [[25, 12, 18], 8],
  [[40, 3, 30], 3],
];

// The same numbers below `limit` every time.
function dice(seed) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

// Products with gaps in every depth, in an order of rows of its own; a third of the variants is sold out. Answers
// how many variants each has.
function generate() {
  const roll = dice(20_261_121);
  const lines = [COLUMNS];
  const made = new Map();
  for (const [at, [sizes, share]] of SHAPES.entries()) {
    const handle = `generated-${at}`;
    let all = [[]];
    for (const size of sizes) all = all.flatMap((values) => Array.from({ length: size }, (_, value) => [...values, value]));
    const there = all.filter(() => roll(100) < share);
    for (let last = there.length - 1; last > 0; last -= 1) {
      const other = roll(last + 1);
      [there[last], there[other]] = [there[other], there[last]];
    }
    for (const [row, values] of there.entries()) {
      const own = row === 0 ? [`Generated ${at}`, 'true', 'active'] : ['', '', ''];
      const options = [0, 1, 2].flatMap((option) => [
        row === 0 && option < sizes.length ? `Option ${option}` : '',
        option < sizes.length ? `Value ${values[option]}` : '',
      ]);
      const stock = roll(3) === 0 ? 0 : 5;
      lines.push([handle, ...own, ...options, `G-${at}-${row}`, 'shopify', stock, 'deny', '1.00'].join(','));
    }
    made.set(handle, there.length);
  }
  bring('products.csv', `${lines.join('\n')}\n`);
  return made;
}

// Compares what is read from the tries of a product with its variants; answers how many of them there are.
function compare(product, variants) {
  const names = product.options.map(({ optionValues }) => new Map(optionValues.map(({ name }, at) => [name, at])));
  const place = ({ selectedOptions }) =>
    product.options.map(({ name }, at) => names[at].get(selectedOptions.find((option) => option.name === name).value));
  const sorted = (places) => places.map(String).sort();
  const decoded = decodeEncodedVariant(product.encodedVariantExistence);
  assert.deepEqual(sorted(decoded), sorted(variants.map(place)), product.handle);
  const available = variants.filter((variant) => variant.availableForSale).map(place);
  const open = decodeEncodedVariant(product.encodedVariantAvailability ?? '');
  assert.deepEqual(sorted(open), sorted(available), product.handle);
  // Every beginning of a combination is looked for by itself, those that do not exist as well.
  for (const [encoded, places] of [[product.encodedVariantExistence, variants.map(place)], [product.encodedVariantAvailability ?? '', available]]) {
    const beginnings = new Set(places.flatMap((values) => values.map((_, depth) => String(values.slice(0, depth + 1)))));
    let all = [[]];
    for (const values of names) {
      all = all.flatMap((before) => Array.from(values.values(), (value) => [...before, value]));
      for (const values of all) {
        assert.equal(isOptionValueCombinationInEncodedVariant(values, encoded), beginnings.has(String(values)), `${product.handle} ${values}`);
      }
    }
  }
  return variants.length;
}

export async function tries({ address }) {
  const client = createStorefrontApiClient({
    storeDomain: address,
    apiVersion: '2026-04',
    publicAccessToken: 'a token of the development profile',
    customFetchApi: (url, options) => fetch(String(url).replace('https://', 'http://'), options),
  });
  const ask = async (document, variables) => {
    const { data, errors } = await client.request(document, { variables });
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  };
  let checked = 0;
  for (const product of (await ask(PRODUCTS)).products.nodes) checked += compare(product, product.variants.nodes);
  assert.ok(checked > 50, `${checked} variants`);
  for (const [handle, count] of generate()) {
    const variants = [];
    let product;
    do {
      const after = product?.variants.pageInfo.endCursor;
      ({ product } = await ask(GENERATED, { handle, after }));
      variants.push(...product.variants.nodes);
    } while (product.variants.pageInfo.hasNextPage);
    assert.equal(compare(product, variants), count, handle);
  }
  return '@shopify/hydrogen-react: decoder';
}
