// The decoder of @shopify/hydrogen-react reads from our tries exactly the variants that there are.

import assert from 'node:assert/strict';
import { decodeEncodedVariant, isOptionValueCombinationInEncodedVariant } from '@shopify/hydrogen-react';
import { createStorefrontApiClient } from '@shopify/storefront-api-client';

const PRODUCTS = `{ products(first: 250) { nodes {
  handle encodedVariantExistence encodedVariantAvailability
  options { name optionValues { name } }
  variants(first: 100) { nodes { availableForSale selectedOptions { name value } } }
} } }`;

export async function tries({ address }) {
  const client = createStorefrontApiClient({
    storeDomain: address,
    apiVersion: '2026-04',
    publicAccessToken: 'a token of the development profile',
    customFetchApi: (url, options) => fetch(String(url).replace('https://', 'http://'), options),
  });
  const { data } = await client.request(PRODUCTS);
  let checked = 0;
  for (const product of data.products.nodes) {
    const place = ({ selectedOptions }) =>
      product.options.map(({ name, optionValues }) => {
        const { value } = selectedOptions.find((option) => option.name === name);
        return optionValues.findIndex((optionValue) => optionValue.name === value);
      });
    const sorted = (places) => places.map(String).sort();
    const { nodes } = product.variants;
    const decoded = decodeEncodedVariant(product.encodedVariantExistence);
    assert.deepEqual(sorted(decoded), sorted(nodes.map(place)), product.handle);
    const available = nodes.filter((variant) => variant.availableForSale).map(place);
    const open = decodeEncodedVariant(product.encodedVariantAvailability ?? '');
    assert.deepEqual(sorted(open), sorted(available), product.handle);
    for (const variant of nodes) {
      assert.ok(isOptionValueCombinationInEncodedVariant(place(variant), product.encodedVariantExistence));
      checked += 1;
    }
  }
  assert.ok(checked > 50, `${checked} variants`);
  return '@shopify/hydrogen-react: decoder';
}
