// Clients for any GraphQL, and Shopify's own: each reads the same product and makes a cart of it.

import assert from 'node:assert/strict';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client/core/index.js';
import { createStorefrontApiClient } from '@shopify/storefront-api-client';
import { Client, cacheExchange, fetchExchange } from '@urql/core';

const PRODUCT = `query Product($handle: String!, $country: CountryCode, $language: LanguageCode)
  @inContext(country: $country, language: $language) {
  product(handle: $handle) {
    id title handle
    selectedOrFirstAvailableVariant { id price { amount currencyCode } }
    variants(first: 2) { edges { cursor node { id title } } pageInfo { hasNextPage endCursor } }
  }
}`;
const ADD = `mutation Add($lines: [CartLineInput!]!) {
  cartCreate(input: { lines: $lines }) {
    cart { id totalQuantity checkoutUrl cost { totalAmount { amount currencyCode } } lines(first: 5) { nodes { id quantity } } }
    userErrors { code field message }
    warnings { code }
  }
}`;
const HANDLE = 'harbor-pocket-tee';

// Reads and buys through two functions of a client; answers its name.
async function shops(name, address, query, mutate) {
  const { product } = await query(PRODUCT, { handle: HANDLE, country: 'US', language: 'EN' });
  assert.equal(product.title, 'Harbor Pocket Tee', name);
  assert.equal(product.variants.edges.length, 2);
  assert.equal(product.variants.pageInfo.endCursor, product.variants.edges[1].cursor);
  const { product: none } = await query(PRODUCT, { handle: 'no-such-product' });
  assert.equal(none, null);

  const { id, price } = product.selectedOrFirstAvailableVariant;
  const { cart, userErrors } = (await mutate(ADD, { lines: [{ merchandiseId: id, quantity: 1 }] })).cartCreate;
  assert.deepEqual(userErrors, []);
  assert.equal(cart.totalQuantity, 1);
  assert.equal(cart.cost.totalAmount.amount, price.amount);
  assert.ok(cart.checkoutUrl.startsWith(`${address}/cart/c/`), cart.checkoutUrl);
  const refused = (await mutate(ADD, { lines: [{ merchandiseId: 'gid://shopify/ProductVariant/0' }] })).cartCreate;
  assert.equal(refused.userErrors[0].code, 'INVALID');
  return name;
}

async function official({ address }) {
  const client = createStorefrontApiClient({
    storeDomain: address,
    apiVersion: '2026-04',
    publicAccessToken: 'a token of the development profile',
    // It takes plain HTTP for a mistake, and only its own `fetch` may be told otherwise.
    customFetchApi: (url, options) => fetch(String(url).replace('https://', 'http://'), options),
  });
  const ask = async (document, variables) => {
    const { data, errors } = await client.request(document, { variables });
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  };
  return shops('@shopify/storefront-api-client', address, ask, ask);
}

async function apollo({ address }) {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: `${address}/api/2026-04/graphql.json` }),
  });
  const query = async (document, variables) => (await client.query({ query: gql(document), variables })).data;
  const mutate = async (document, variables) => (await client.mutate({ mutation: gql(document), variables })).data;
  return shops('@apollo/client', address, query, mutate);
}

async function urql({ address }) {
  const client = new Client({ url: `${address}/graphql`, exchanges: [cacheExchange, fetchExchange] });
  const read = async (source) => {
    const { data, error } = await source.toPromise();
    assert.equal(error, undefined, String(error));
    return data;
  };
  const query = (document, variables) => read(client.query(document, variables));
  const mutate = (document, variables) => read(client.mutation(document, variables));
  return shops('@urql/core', address, query, mutate);
}

export const catalogue = [official, apollo, urql];
