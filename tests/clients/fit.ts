// Compiles when what codegen makes of our schema fits the types that @shopify/hydrogen-react carries: what we
// answer is what a storefront expects, and what a storefront sends is what we take.

import type * as Theirs from '@shopify/hydrogen-react/storefront-api-types';
import type * as Ours from './ours';

// Fails to compile unless the first fits the second.
type Fits<A extends B, B> = [A, B];
type Answered<T, K extends keyof T> = Pick<T, K>;

type Product = NonNullable<Ours.ProductQuery['product']>;
export type Answers = [
  Fits<Product, Answered<Theirs.Product, 'id' | 'title' | 'description' | 'availableForSale'>>,
  Fits<Product['priceRange']['minVariantPrice'], Answered<Theirs.MoneyV2, 'amount' | 'currencyCode'>>,
  Fits<
    NonNullable<Product['selectedOrFirstAvailableVariant']>['selectedOptions'],
    Answered<Theirs.SelectedOption, 'name' | 'value'>[]
  >,
  Fits<
    NonNullable<NonNullable<Ours.AddLinesMutation['cartLinesAdd']>['cart']>['cost']['totalAmount'],
    Answered<Theirs.MoneyV2, 'amount' | 'currencyCode'>
  >,
  Fits<Ours.CountryCode, `${Theirs.CountryCode}`>,
  Fits<Ours.CurrencyCode, `${Theirs.CurrencyCode}`>,
  Fits<Ours.CartErrorCode, `${Theirs.CartErrorCode}`>,
  Fits<keyof Theirs.QueryRoot, keyof Ours.QueryRoot | '__typename'>,
];
export type Sent = [
  Fits<`${Theirs.CountryCode}`, Ours.CountryCode>,
  Fits<`${Theirs.LanguageCode}`, Ours.LanguageCode>,
  Fits<keyof Theirs.CartInput, keyof Ours.CartInput>,
  Fits<keyof Theirs.CartLineInput, keyof Ours.CartLineInput>,
  Fits<keyof Theirs.Mutation, keyof Ours.Mutation | '__typename'>,
];
