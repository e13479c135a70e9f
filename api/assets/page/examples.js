'use strict';

// The tabs that GraphiQL opens with: a walk from the shelf to a paid order in the demo shop.
const EXAMPLES = [
  {
    query: `# The shop's newest products. Run each tab with Ctrl-Enter, from left to right.
query Products {
  products(first: 8, sortKey: CREATED_AT, reverse: true) {
    nodes {
      id
      handle
      title
      availableForSale
      priceRange {
        minVariantPrice { amount currencyCode }
      }
      featuredImage { url altText }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# One product with its options and the variants that can be bought.
query ProductByHandle($handle: String!) {
  product(handle: $handle) {
    id
    title
    descriptionHtml
    options { name optionValues { name } }
    selectedOrFirstAvailableVariant { id title }
    variants(first: 20) {
      nodes {
        id
        title
        availableForSale
        price { amount currencyCode }
        selectedOptions { name value }
      }
    }
  }
}
`,
    variables: { handle: 'harbor-pocket-tee' },
  },
  {
    query: `# A cart for a buyer. Ids that end in /last stand for the newest id of that kind in any answer.
mutation CreateCart($input: CartInput!) {
  cartCreate(input: $input) {
    cart { id checkoutUrl totalQuantity }
    userErrors { code field message }
  }
}
`,
    variables: { input: { buyerIdentity: { email: 'robin@example.com', countryCode: 'US' } } },
  },
  {
    query: `# Put the variant of the second tab into the cart of the third.
mutation AddLine($cartId: ID!, $lines: [CartLineInput!]!) {
  cartLinesAdd(cartId: $cartId, lines: $lines) {
    cart {
      id
      lines(first: 10) {
        nodes {
          id
          quantity
          cost { totalAmount { amount currencyCode } }
          merchandise { ... on ProductVariant { title product { title } } }
        }
      }
      cost { subtotalAmount { amount currencyCode } }
    }
    userErrors { code field message }
  }
}
`,
    variables: {
      cartId: 'gid://shopify/Cart/last',
      lines: [{ merchandiseId: 'gid://shopify/ProductVariant/last', quantity: 1 }],
    },
  },
  {
    query: `# Where it goes. The answer lists what the delivery can cost.
mutation SetAddress($cartId: ID!, $addresses: [CartSelectableAddressInput!]!) {
  cartDeliveryAddressesAdd(cartId: $cartId, addresses: $addresses) {
    cart {
      id
      deliveryGroups(first: 5) {
        nodes {
          id
          deliveryOptions { handle title estimatedCost { amount currencyCode } }
        }
      }
    }
    userErrors { code field message }
  }
}
`,
    variables: {
      cartId: 'gid://shopify/Cart/last',
      addresses: [
        {
          selected: true,
          address: {
            deliveryAddress: {
              firstName: 'Robin',
              lastName: 'Ash',
              address1: '12 Mill Lane',
              city: 'Portland',
              provinceCode: 'OR',
              zip: '97201',
              countryCode: 'US',
            },
          },
        },
      ],
    },
  },
  {
    query: `# Choose the first delivery option of the last answer.
mutation SelectDelivery($cartId: ID!, $options: [CartSelectedDeliveryOptionInput!]!) {
  cartSelectedDeliveryOptionsUpdate(cartId: $cartId, selectedDeliveryOptions: $options) {
    cart {
      id
      cost { totalAmount { amount currencyCode } }
    }
    userErrors { code field message }
  }
}
`,
    variables: {
      cartId: 'gid://shopify/Cart/last',
      options: [
        {
          deliveryGroupId: 'gid://shopify/CartDeliveryGroup/last',
          deliveryOptionHandle: 'gid://shopify/DeliveryOption/last',
        },
      ],
    },
  },
];
