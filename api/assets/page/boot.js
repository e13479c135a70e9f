'use strict';

// Starts GraphiQL with the examples as tabs.
//
// The examples build on each other: the variable `last Cart` stands for the newest cart's id in any answer, and
// so on, so that the cart made in one tab is the cart filled in the next. `new token` is new each time.
(() => {
  const ID = /^gid:\/\/shopify\/(\w+)\/./;
  const LAST = /^last (\w+)$/;
  const remembered = new Map();

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
      if (name === 'deliveryOptions' && value.length > 0) keep('DeliveryOption', value[0].handle);
      if (value && typeof value === 'object') {
        for (const [key, inner] of Object.entries(value)) visit(key, inner);
      }
    };
    visit('', answer);
    for (const [kind, value] of found) remembered.set(kind, value);
  }

  function fill(value) {
    if (value === 'new token') return Math.random().toString(36).slice(2);
    if (typeof value === 'string') {
      const kind = LAST.exec(value);
      return (kind && remembered.get(kind[1])) || value;
    }
    if (Array.isArray(value)) return value.map(fill);
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
    }
    return value;
  }

  // Without it answers are whole objects, which can be looked at.
  const post = GraphiQL.createFetcher({ url: '/graphql', enableIncrementalDelivery: false });

  async function fetcher(request, options) {
    const answer = await post({ ...request, variables: fill(request.variables) }, options);
    if (answer && answer.data) remember(answer.data);
    return answer;
  }

  const defaultTabs = EXAMPLES.map(({ query, variables }) => ({
    query,
    variables: variables && JSON.stringify(variables, null, 2),
  }));
  const root = ReactDOM.createRoot(document.getElementById('graphiql'));
  root.render(React.createElement(GraphiQL, { fetcher, defaultTabs }));
})();
