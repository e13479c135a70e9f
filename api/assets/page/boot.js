'use strict';

// Starts GraphiQL with the examples as tabs.
//
// The examples build on each other: an id ending in `/last` stands for the newest id of that kind that any
// answer has carried, so that the cart made in one tab is the cart filled in the next.
(() => {
  const ANY_ID = /^gid:\/\/shopify\/(\w+)\/./;
  const LAST_ID = /^gid:\/\/shopify\/(\w+)\/last$/;
  const remembered = new Map();

  // Keeps the first id of each kind in an answer, and the first delivery option.
  function remember(answer) {
    const found = new Map();
    const keep = (kind, value) => {
      if (!found.has(kind)) found.set(kind, value);
    };
    const visit = (value, name) => {
      if (typeof value === 'string') {
        const kind = name === 'id' && ANY_ID.exec(value);
        if (kind) keep(kind[1], value);
      } else if (value && typeof value === 'object') {
        if (name === 'deliveryOptions' && value[0] && value[0].handle) keep('DeliveryOption', value[0].handle);
        for (const [key, inner] of Object.entries(value)) visit(inner, Array.isArray(value) ? name : key);
      }
    };
    visit(answer, '');
    for (const [kind, value] of found) remembered.set(kind, value);
  }

  function fill(value) {
    if (typeof value === 'string') {
      const kind = LAST_ID.exec(value);
      return (kind && remembered.get(kind[1])) || value;
    }
    if (Array.isArray(value)) return value.map(fill);
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
    }
    return value;
  }

  const post = GraphiQL.createFetcher({ url: '/graphql' });

  async function fetcher(request, options) {
    const answer = await post({ ...request, variables: fill(request.variables) }, options);
    if (answer && answer.data) remember(answer.data);
    return answer;
  }

  const root = ReactDOM.createRoot(document.getElementById('graphiql'));
  root.render(React.createElement(GraphiQL, { fetcher, defaultTabs: EXAMPLES }));
})();
