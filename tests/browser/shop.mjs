// The shop through its API alone, for what no page of ours can do.

import assert from 'node:assert/strict';

const ADDRESS = { firstName: 'Robin', lastName: 'Ash', address1: '12 Mill Lane', city: 'Portland', zip: '97201' };

async function post(url, body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, `${url} answered ${answer.status}`);
  return answer.json();
}

// A shop at an address, with its card vault.
export class Shop {
  constructor(address, vault) {
    Object.assign(this, { address, vault });
  }

  async ask(query, variables) {
    const { data, errors } = await post(`${this.address}/graphql`, { query, variables });
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  }

  // The page of a cart with one of each of the first products: many lines, long and short names.
  async openCart() {
    const { products } = await this.ask('{ products(first: 20) { nodes { variants(first: 1) { nodes { id } } } } }');
    const lines = products.nodes.map(({ variants }) => ({ merchandiseId: variants.nodes[0].id }));
    const create =
      'mutation ($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines }) { cart { checkoutUrl } } }';
    return (await this.ask(create, { lines })).cartCreate.cart.checkoutUrl;
  }

  // A storefront's cart with so many of each of these products; answers where its checkout is.
  async fill(handles, place = '', quantity = 1) {
    const find = 'query ($h: String) { product(handle: $h) { selectedOrFirstAvailableVariant { id } } }';
    const lines = [];
    for (const h of handles) {
      const { product } = await this.ask(find, { h });
      lines.push({ merchandiseId: product.selectedOrFirstAvailableVariant.id, quantity });
    }
    const create = `mutation ($lines: [CartLineInput!]) ${place} {
      cartCreate(input: { lines: $lines }) { cart { checkoutUrl } } }`;
    return (await this.ask(create, { lines })).cartCreate.cart.checkoutUrl;
  }

  // Buys a product with a card, and answers the page on which the payment is followed.
  async buy(handle, number) {
    const find = 'query ($h: String) { product(handle: $h) { selectedOrFirstAvailableVariant { id } } }';
    const variant = (await this.ask(find, { h: handle })).product.selectedOrFirstAvailableVariant.id;
    const change = async (name, declared, given, variables) => {
      const query = `mutation (${declared}) { ${name}(${given}) {
        cart { id cost { totalAmount { amount currencyCode } }
          deliveryGroups(first: 1) { nodes { id deliveryOptions { handle } } } } userErrors { message } } }`;
      const { cart, userErrors } = (await this.ask(query, variables))[name];
      assert.deepEqual(userErrors, []);
      return cart;
    };
    const { id } = await change('cartCreate', '$i: CartInput', 'input: $i', {
      i: {
        lines: [{ merchandiseId: variant }],
        buyerIdentity: { email: 'robin@example.com', countryCode: 'US' },
        delivery: {
          addresses: [
            { selected: true, address: { deliveryAddress: { ...ADDRESS, provinceCode: 'OR', countryCode: 'US' } } },
          ],
        },
      },
    });
    const { deliveryGroups } = (
      await this.ask(
        'query ($c: ID!) { cart(id: $c) { deliveryGroups(first: 1) { nodes { id deliveryOptions { handle } } } } }',
        { c: id },
      )
    ).cart;
    const [group] = deliveryGroups.nodes;
    const { cost } = await change(
      'cartSelectedDeliveryOptionsUpdate',
      '$c: ID!, $o: [CartSelectedDeliveryOptionInput!]!',
      'cartId: $c, selectedDeliveryOptions: $o',
      { c: id, o: [{ deliveryGroupId: group.id, deliveryOptionHandle: group.deliveryOptions[0].handle }] },
    );
    const card = { number, month: 12, year: 2040, verification_value: '123' };
    const session = await post(this.vault, { credit_card: card });
    await change('cartPaymentUpdate', '$c: ID!, $p: CartPaymentInput!', 'cartId: $c, payment: $p', {
      c: id,
      p: {
        amount: cost.totalAmount,
        directPaymentMethod: {
          sessionId: session.id,
          billingAddress: { ...ADDRESS, province: 'OR', country: 'US' },
        },
      },
    });
    const submit = `mutation ($c: ID!) { cartSubmitForCompletion(cartId: $c, attemptToken: "once") {
      result { ... on SubmitSuccess { redirectUrl } ... on SubmitFailed { errors { message } } } } }`;
    const { result } = (await this.ask(submit, { c: id })).cartSubmitForCompletion;
    assert.ok(result.redirectUrl, JSON.stringify(result));
    return result.redirectUrl;
  }
}
