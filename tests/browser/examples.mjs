// GraphiQL's examples, pressed one after the other.

import assert from 'node:assert/strict';

// What each tab must answer, in the order of the tabs.
const EXPECTED = {
  Products({ products }) {
    assert.equal(products.nodes.length, 8);
    for (const { title, priceRange } of products.nodes) {
      assert.ok(title);
      assert.match(priceRange.minVariantPrice.amount, /^\d+\.\d+$/);
    }
  },
  Collection({ menu, collection }) {
    assert.ok(menu.items.some((item) => item.url.endsWith('/collections/gifts')), JSON.stringify(menu));
    assert.equal(collection.title, 'Gifts');
    assert.equal(collection.products.nodes.length, 5);
  },
  Search({ products }) {
    const titles = products.nodes.map((product) => product.title).sort();
    assert.deepEqual(titles, ['Campfire Enamel Mug', 'Dipped Stoneware Mug', 'Riverbend Bottle']);
  },
  ProductByHandle({ product }) {
    assert.equal(product.title, 'Harbor Pocket Tee');
    assert.ok(product.variants.nodes.some((variant) => variant.id === product.selectedOrFirstAvailableVariant.id));
  },
  CreateCart({ cartCreate }) {
    assert.equal(cartCreate.cart.totalQuantity, 0);
  },
  AddLine({ cartLinesAdd: { cart } }) {
    assert.equal(cart.totalQuantity, 1);
    assert.equal(cart.lines.nodes[0].merchandise.product.title, 'Harbor Pocket Tee');
  },
  SetAddress({ cartDeliveryAddressesAdd: { cart } }) {
    const [option] = cart.deliveryGroups.nodes[0].deliveryOptions;
    assert.ok(option.handle && option.title);
    return { delivery: option.estimatedCost.amount };
  },
  SelectDelivery({ cartSelectedDeliveryOptionsUpdate: { cart } }, { delivery }) {
    const { subtotalAmount, totalAmount } = cart.cost;
    assert.equal(Number(totalAmount.amount), Number(subtotalAmount.amount) + Number(delivery));
    return { total: Number(totalAmount.amount).toFixed(2), cart: cart.checkoutUrl };
  },
  CardVault({ shop }, { vault }) {
    assert.equal(shop.paymentSettings.cardVaultUrl, vault);
  },
  SetPayment({ cartPaymentUpdate }) {
    assert.ok(cartPaymentUpdate.cart.id);
  },
  Submit({ cartSubmitForCompletion: { result } }) {
    assert.equal(result.__typename, 'SubmitSuccess');
  },
  Attempt({ cartCompletionAttempt: attempt }) {
    assert.equal(attempt.__typename, 'CartCompletionSuccess');
    return { order: attempt.orderUrl };
  },
};

// Runs every tab, and answers what was bought: the total, and the addresses of the cart and the order.
export async function examples({ page, picture }, address, vault) {
  await page.goto(`${address}/graphiql`);
  const tabs = page.locator('.graphiql-tab');
  await tabs.first().waitFor();
  const names = (await tabs.allInnerTexts()).map((name) => name.trim());
  assert.deepEqual(names, Object.keys(EXPECTED));

  let known = { vault };
  for (const [index, name] of names.entries()) {
    await tabs.nth(index).click();
    let data = await press(page, name);
    if (index === 0) await picture('graphiql');
    while (data.cartCompletionAttempt?.__typename === 'CartCompletionProcessing') {
      await new Promise((later) => setTimeout(later, data.cartCompletionAttempt.pollDelay));
      data = await press(page, name);
    }
    refuseUserErrors(data);
    known = { ...known, ...EXPECTED[name](data, known) };
  }
  await picture('graphiql-ordered');
  await lookAround(page, picture);

  // Both GraphiQL's tabs and what the answers said outlive a reload.
  await page.reload();
  await tabs.last().waitFor();
  assert.equal((await press(page, names.at(-1))).cartCompletionAttempt.orderUrl, known.order);
  return known;
}

// Whoever begins in the middle is told what is missing, and nothing is sent.
export async function outOfOrder({ page }, address) {
  const sent = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  await page.goto(`${address}/graphiql`);
  await page.locator('.graphiql-tab', { hasText: 'AddLine' }).click();
  await page.locator('.graphiql-query-editor', { hasText: 'AddLine' }).waitFor();
  await page.locator('.graphiql-execute-button').click();
  await page.locator('.result-window', { hasText: 'no answer had a Cart yet: run the tabs before' }).waitFor();
  assert.deepEqual(sent.filter((body) => body.includes('cartLinesAdd')), []);
}

// Presses play in the open tab and answers the data, which must be shown as well.
async function press(page, name) {
  await page.locator('.graphiql-query-editor', { hasText: name }).waitFor();
  const isOurs = (response) => response.request().postDataJSON?.()?.query?.includes(` ${name}`);
  const answered = page.waitForResponse(isOurs);
  await page.locator('.graphiql-execute-button').click();
  const answer = await (await answered).json();
  assert.equal(answer.errors, undefined, `${name}: ${JSON.stringify(answer.errors)}`);
  const [field] = Object.keys(answer.data);
  await page.locator('.result-window', { hasText: `"${field}"` }).waitFor();
  return answer.data;
}

function refuseUserErrors(value) {
  if (!value || typeof value !== 'object') return;
  assert.deepEqual(value.userErrors ?? [], []);
  Object.values(value).forEach(refuseUserErrors);
}

// The documentation, the history and the dialogs bring styles of their own, which the policy must allow.
async function lookAround(page, picture) {
  await page.getByLabel('Show Documentation Explorer').click();
  await page.locator('.graphiql-doc-explorer').getByText('QueryRoot').first().click();
  await page.locator('.graphiql-doc-explorer').getByText('productRecommendations').first().waitFor();
  await picture('graphiql-docs');
  await page.getByLabel('Show History').click();
  await page.locator('.graphiql-history').getByText('Submit').first().waitFor();
  for (const [opener, words] of [
    ['Open settings dialog', 'Clear storage'],
    ['Open short keys dialog', 'Execute query'],
  ]) {
    await page.getByLabel(opener).click();
    await page.getByRole('dialog').getByText(words).first().waitFor();
    await picture(opener.toLowerCase().replaceAll(' ', '-'));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
}
