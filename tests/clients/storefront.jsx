// A storefront of one page, made of the parts of @shopify/hydrogen-react: a product, a cart, and the way to the
// checkout.

import {
  CartCheckoutButton,
  CartCost,
  CartProvider,
  ShopifyProvider,
  createStorefrontClient,
  useCart,
  useMoney,
} from '@shopify/hydrogen-react';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const PRODUCT = `query { product(handle: "harbor-pocket-tee") {
  title selectedOrFirstAvailableVariant { id price { amount currencyCode } }
} }`;
const TOKEN = 'a'.repeat(32);
const client = createStorefrontClient({ storeDomain: API, publicStorefrontToken: TOKEN, storefrontApiVersion: '2026-04' });

function Cart() {
  const { lines, totalQuantity, linesUpdate, status } = useCart();
  const [line] = lines ?? [];
  return (
    <section>
      <p>
        Cart: {totalQuantity ?? 0} ({status})
      </p>
      {line && (
        <>
          <p>{line.merchandise.product.title}</p>
          <button onClick={() => linesUpdate([{ id: line.id, quantity: line.quantity + 1 }])}>One more</button>
          <p>
            Costs <CartCost amountType="subtotal" />
          </p>
          <CartCheckoutButton>Check out</CartCheckoutButton>
        </>
      )}
    </section>
  );
}

function Product() {
  const [product, setProduct] = useState();
  useEffect(() => {
    fetch(client.getStorefrontApiUrl(), {
      method: 'POST',
      headers: client.getPublicTokenHeaders({ contentType: 'json' }),
      body: JSON.stringify({ query: PRODUCT }),
    })
      .then((answer) => answer.json())
      .then(({ data }) => setProduct(data.product));
  }, []);
  return product ? <Offer {...product} /> : <p>Loading</p>;
}

function Offer({ title, selectedOrFirstAvailableVariant: { id, price } }) {
  const { localizedString } = useMoney(price);
  const { linesAdd } = useCart();
  return (
    <section>
      <h1>{title}</h1>
      <p>{localizedString}</p>
      <button onClick={() => linesAdd([{ merchandiseId: id }])}>Add to cart</button>
    </section>
  );
}

createRoot(document.getElementById('shop')).render(
  <ShopifyProvider
    storeDomain={API}
    storefrontToken={TOKEN}
    storefrontApiVersion="2026-04"
    countryIsoCode="US"
    languageIsoCode="EN"
  >
    <CartProvider>
      <Product />
      <Cart />
    </CartProvider>
  </ShopifyProvider>,
);
