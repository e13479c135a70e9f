'use strict';

// Starts GraphiQL with the examples as tabs.
//
// The examples build on each other: the variable `last Cart` stands for the newest cart's id in any answer, and
// so on, so that the cart made in one tab is the cart filled in the next. `new token` is new each time, and
// `new card session` hands a test card to the vault whose address was answered last.
(() => {
  const ID = /^gid:\/\/shopify\/(\w+)\/./;
  const LAST = /^last (\w+)$/;
  const TEST_CARD = { number: '4242424242424242', month: 12, year: 2040, verification_value: '123' };

  // Dialogs bring a style of their own, which the page's policy lets in by this name only.
  globalThis.__webpack_nonce__ = document.querySelector('link[nonce]').nonce;

  // Kept as long as the browser's tab, because GraphiQL's own tabs outlive a reload, too.
  const MEMORY = 'cartwright:remembered';
  const remembered = new Map(JSON.parse(sessionStorage.getItem(MEMORY) ?? '[]'));

  // Keeps the first value of each kind in an answer.
  function remember(answer) {
    const found = new Map();
    const keep = (kind, value) => {
      if (!found.has(kind)) found.set(kind, value);
    };
    const visit = (name, value) => {
      if (name === 'id' && ID.test(value)) keep(ID.exec(value)[1], value);
      if (name === 'attemptId') keep('Attempt', value);
      if (name === 'totalAmount') keep('Total', value);
      if (name === 'cardVaultUrl') keep('CardVault', value);
      if (name === 'deliveryOptions' && value.length > 0) keep('DeliveryOption', value[0].handle);
      if (value && typeof value === 'object') {
        for (const [key, inner] of Object.entries(value)) visit(key, inner);
      }
    };
    visit('', answer);
    for (const [kind, value] of found) remembered.set(kind, value);
    sessionStorage.setItem(MEMORY, JSON.stringify([...remembered]));
  }

  function recall(kind) {
    if (!remembered.has(kind)) throw new Error(`no answer had a ${kind} yet: run the tabs before this one`);
    return remembered.get(kind);
  }

  // What a browser does with a buyer's card: the shop never sees its number.
  async function cardSession() {
    const answer = await fetch(recall('CardVault'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ credit_card: TEST_CARD }),
    });
    const { id, error } = await answer.json();
    if (!id) throw new Error(`the vault took no card: ${error}`);
    return id;
  }

  async function fill(value) {
    if (value === 'new token') return Math.random().toString(36).slice(2);
    if (value === 'new card session') return cardSession();
    if (LAST.test(value)) return recall(LAST.exec(value)[1]);
    if (Array.isArray(value)) return Promise.all(value.map(fill));
    if (value && typeof value === 'object') {
      const entries = Object.entries(value).map(async ([key, inner]) => [key, await fill(inner)]);
      return Object.fromEntries(await Promise.all(entries));
    }
    return value;
  }

  // Without it answers are whole objects, which can be looked at.
  const post = GraphiQL.createFetcher({ url: '/graphql', enableIncrementalDelivery: false });

  async function ask({ query, variables, operationName }, options) {
    // Just after another tab was chosen, GraphiQL still names the operation of the tab before.
    const named = operationName && new RegExp(`\\b${operationName}\\b`).test(query);
    const request = { query, variables: await fill(variables), operationName: named ? operationName : undefined };
    const answer = await post(request, options);
    if (answer?.data) remember(answer.data);
    return answer;
  }

  const fetcher = (request, options) =>
    ask(request, options).catch(({ message }) => ({ errors: [{ message }] }));

  const defaultTabs = EXAMPLES.map(({ query, variables }) => ({
    query,
    variables: variables && JSON.stringify(variables, null, 2),
  }));
  const root = ReactDOM.createRoot(document.getElementById('graphiql'));
  root.render(
    React.createElement(GraphiQL, { fetcher, defaultTabs, defaultEditorToolsVisibility: 'variables' }),
  );
})();
