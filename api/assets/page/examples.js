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
    query: `# One product with its options and variants.
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
    query: `# A cart for a buyer. In later tabs 'last Cart' stands for its id.
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
      cartId: 'last Cart',
      lines: [{ merchandiseId: 'last ProductVariant', quantity: 1 }],
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
      cartId: 'last Cart',
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
      cartId: 'last Cart',
      options: [
        {
          deliveryGroupId: 'last CartDeliveryGroup',
          deliveryOptionHandle: 'last DeliveryOption',
        },
      ],
    },
  },
  {
    query: `# Where a browser hands in the buyer's card; its number never reaches the shop. With a test card:
#   curl ADDRESS -H 'content-type: application/json' -d '{"credit_card": {"number": "4242424242424242",
#     "month": 12, "year": 2030, "verification_value": "123"}}'
# The id in the answer is the next tab's sessionId.
query CardVault {
  shop { paymentSettings { cardVaultUrl acceptedCardBrands } }
}
`,
  },
  {
    query: `# Pay the cart's total with the card behind the session.
mutation SetPayment($cartId: ID!, $payment: CartPaymentInput!) {
  cartPaymentUpdate(cartId: $cartId, payment: $payment) {
    cart { id }
    userErrors { code field message }
  }
}
`,
    variables: {
      cartId: 'last Cart',
      payment: {
        amount: 'last Total',
        directPaymentMethod: {
          sessionId: 'the id that the card vault answered',
          billingAddress: {
            firstName: 'Robin',
            lastName: 'Ash',
            address1: '12 Mill Lane',
            city: 'Portland',
            province: 'OR',
            zip: '97201',
            country: 'US',
          },
        },
      },
    },
  },
  {
    query: `# Order. The same token always gets the same result, so a repetition cannot buy twice.
mutation Submit($cartId: ID!, $attemptToken: String!) {
  cartSubmitForCompletion(cartId: $cartId, attemptToken: $attemptToken) {
    result {
      __typename
      ... on SubmitSuccess { attemptId redirectUrl }
      ... on SubmitAlreadyAccepted { attemptId }
      ... on SubmitFailed { checkoutUrl errors { code message } }
    }
    userErrors { code field message }
  }
}
`,
    variables: { cartId: 'last Cart', attemptToken: 'new token' },
  },
  {
    query: `# Ask until it says CartCompletionSuccess; then the confirmation lies in the mailbox, at /mailbox.
query Attempt($attemptId: String!) {
  cartCompletionAttempt(attemptId: $attemptId) {
    __typename
    ... on CartCompletionSuccess { orderId orderUrl completedAt }
    ... on CartCompletionProcessing { pollDelay }
    ... on CartCompletionFailed { errors { code message } }
  }
}
`,
    variables: { attemptId: 'last Attempt' },
  },
];
