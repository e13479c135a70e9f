'use strict';

// The tabs that GraphiQL opens with: a walk from the shelf to a paid order in the demo shop.
const EXAMPLES = [
  {
    query: `# The shop's newest products.
# Press play (or Ctrl-Enter) in each tab, from left
# to right: the last ones buy something.
query Products {
  products(
    first: 8
    sortKey: CREATED_AT
    reverse: true
  ) {
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
    query: `# A collection, and the menu that leads to it.
query Collection($handle: String!) {
  menu(handle: "main-menu") {
    items { title url }
  }
  collection(handle: $handle) {
    title
    description
    products(first: 5, sortKey: PRICE) {
      nodes { handle title }
    }
  }
}
`,
    variables: { handle: 'gifts' },
  },
  {
    query: `# A search, in the products' query language. Try
# 'tag:sale', too.
query Search($query: String!) {
  products(first: 5, query: $query) {
    nodes {
      handle
      title
      tags
      priceRange {
        minVariantPrice { amount currencyCode }
      }
    }
  }
}
`,
    variables: { query: 'tag:gift (title:mug* OR title:bottle*)' },
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
    query: `# A cart for a buyer. In the next tabs' variables
# 'last Cart' stands for its id.
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
    query: `# Put the last product's variant into the cart.
mutation AddLine(
  $cartId: ID!
  $lines: [CartLineInput!]!
) {
  cartLinesAdd(cartId: $cartId, lines: $lines) {
    cart {
      id
      totalQuantity
      cost { totalAmount { amount currencyCode } }
      lines(first: 10) {
        nodes {
          id
          quantity
          merchandise {
            ... on ProductVariant {
              title
              product { title }
            }
          }
        }
      }
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
    query: `# Where it goes. The answer lists what the
# delivery can cost.
mutation SetAddress(
  $cartId: ID!
  $addresses: [CartSelectableAddressInput!]!
) {
  cartDeliveryAddressesAdd(
    cartId: $cartId
    addresses: $addresses
  ) {
    cart {
      id
      deliveryGroups(first: 5) {
        nodes {
          id
          deliveryOptions {
            handle
            title
            estimatedCost { amount currencyCode }
          }
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
    query: `# Choose the first delivery option of that answer.
mutation SelectDelivery(
  $cartId: ID!
  $options: [CartSelectedDeliveryOptionInput!]!
) {
  cartSelectedDeliveryOptionsUpdate(
    cartId: $cartId
    selectedDeliveryOptions: $options
  ) {
    cart {
      id
      checkoutUrl
      cost {
        subtotalAmount { amount currencyCode }
        totalAmount { amount currencyCode }
      }
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
    query: `# Where a browser hands in the buyer's card; its
# number never reaches the shop.
query CardVault {
  shop {
    paymentSettings {
      cardVaultUrl
      acceptedCardBrands
    }
  }
}
`,
  },
  {
    query: `# Pay the cart's total. For 'new card session' this
# page hands a test card to the vault, which answers
# a name for it. Other test cards: docs/sandbox.md.
mutation SetPayment(
  $cartId: ID!
  $payment: CartPaymentInput!
) {
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
          sessionId: 'new card session',
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
    query: `# Order. The same token always gets the same
# result, so a repetition cannot buy twice.
mutation Submit($cartId: ID!, $attemptToken: String!) {
  cartSubmitForCompletion(
    cartId: $cartId
    attemptToken: $attemptToken
  ) {
    result {
      __typename
      ... on SubmitSuccess { attemptId redirectUrl }
      ... on SubmitAlreadyAccepted { attemptId }
      ... on SubmitFailed {
        checkoutUrl
        errors { code message }
      }
    }
    userErrors { code field message }
  }
}
`,
    variables: { cartId: 'last Cart', attemptToken: 'new token' },
  },
  {
    query: `# Ask until it says CartCompletionSuccess; then
# orderUrl shows the order, and its confirmation
# lies in the mailbox, at /mailbox.
query Attempt($attemptId: String!) {
  cartCompletionAttempt(attemptId: $attemptId) {
    __typename
    ... on CartCompletionSuccess {
      orderId
      orderUrl
      completedAt
    }
    ... on CartCompletionProcessing { pollDelay }
    ... on CartCompletionFailed {
      errors { code message }
    }
  }
}
`,
    variables: { attemptId: 'last Attempt' },
  },
];
