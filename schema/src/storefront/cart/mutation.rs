//! Changing carts: each field reads its input, calls one command and shows the cart.

use async_graphql::{Context, ID, MaybeUndefined, Object, Result};
use commerce::cart::commands::{self, CustomerEdit};
use commerce::cart::{CartKey, Changed, Refusal, Refusals};
use commerce::customer::reads::identify;
use commerce::kernel::id::Customer;
use commerce::kernel::{Failure, Id, Outcome};

use super::delivery::is_group_of;
use super::inputs::{
    CartBuyerIdentityInput, CartInput, CartLineInput, CartLineUpdateInput, CartPaymentInput,
    CartSelectableAddressInput, CartSelectableAddressUpdateInput, CartSelectedDeliveryOptionInput,
    read_address_id, read_addresses, read_line_id, read_lines,
};
use super::payload::*;
use crate::context::ContextExt;
use crate::storefront::address::MailingAddressInput;
use crate::storefront::attribute::{self, AttributeInput};
use crate::storefront::customer;

type Done<T> = Option<Result<T>>;

/// Runs a command on the cart that the id names, and shows what came of it.
async fn on<T: From<Answer>>(
    id: &ID,
    command: impl AsyncFnOnce(&CartKey) -> Outcome<Changed, Refusals>,
) -> Done<T> {
    let outcome = match CartKey::parse(id) {
        Some(key) => command(&key).await.map(|changed| (key, changed)),
        None => Err(Failure::Refused(Refusal::no_cart())),
    };
    Some(Answer::of(outcome).map(T::from))
}

/// As [`on`], for a command that depends on who calls.
async fn of_caller<T: From<Answer>>(
    ctx: &Context<'_>,
    id: &ID,
    command: impl AsyncFnOnce(&CartKey, Option<Id<Customer>>) -> Outcome<Changed, Refusals>,
) -> Done<T> {
    match customer::caller(ctx).await {
        Ok(caller) => on(id, async |key| command(key, caller).await).await,
        Err(error) => Some(Err(error)),
    }
}

/// Makes a cart; without a token of its own it is the cart of the request's bearer token.
async fn create(ctx: &Context<'_>, input: CartInput) -> Result<CartCreatePayload> {
    let buyer = input.buyer_identity.as_ref();
    let token = match buyer.map(|buyer| &buyer.customer_access_token) {
        Some(MaybeUndefined::Value(token)) => MaybeUndefined::Value(token.clone()),
        Some(MaybeUndefined::Null) => MaybeUndefined::Null,
        Some(MaybeUndefined::Undefined) | None => match ctx.session().caller.bearer() {
            Some(_) => MaybeUndefined::Value(String::new()),
            None => MaybeUndefined::Undefined,
        },
    };
    let customer = customer_of(ctx, &token).await?;
    let new = input.read(ctx.session().place, customer);
    let outcome = commands::create(ctx.shop(), &new).await;
    Answer::of(outcome).map(CartCreatePayload::from)
}

/// Whose cart a token makes it.
async fn customer_of(ctx: &Context<'_>, token: &MaybeUndefined<String>) -> Result<CustomerEdit> {
    let token = match token {
        MaybeUndefined::Undefined => return Ok(CustomerEdit::Keep),
        MaybeUndefined::Null => return Ok(CustomerEdit::Forget),
        MaybeUndefined::Value(token) => token,
    };
    let session = ctx.session();
    let mut conn = session.shop.db.primary().await?;
    let now = session.shop.clock.now();
    let customer = identify(&mut conn, &session.caller, Some(token), now).await?;
    Ok(customer.map_or(CustomerEdit::Unknown, |customer| {
        CustomerEdit::Link(customer.id)
    }))
}

/// Changes carts.
#[derive(Default)]
pub struct CartMutation;

#[Object]
impl CartMutation {
    /// Makes a cart.
    async fn cart_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it starts with.")] input: Option<CartInput>,
    ) -> Done<CartCreatePayload> {
        Some(create(ctx, input.unwrap_or_default()).await)
    }

    /// Makes a cart with the same lines that knows nothing of the buyer.
    async fn cart_clone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
    ) -> Done<CartClonePayload> {
        let outcome = match CartKey::parse(&cart_id) {
            Some(key) => commands::copy(ctx.shop(), &key).await,
            None => Err(Failure::Refused(Refusal::no_cart())),
        };
        Some(Answer::of(outcome).map(CartClonePayload::from))
    }

    /// Puts things in; what equals a line is added to it.
    async fn cart_lines_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "What to put in, 250 at most.")] lines: Vec<CartLineInput>,
    ) -> Done<CartLinesAddPayload> {
        let lines = read_lines(lines);
        on(&cart_id, async |key| {
            commands::add_lines(ctx.shop(), key, &lines).await
        })
        .await
    }

    /// Changes lines; a quantity of zero removes one.
    async fn cart_lines_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "The changes, 250 at most.")] lines: Vec<CartLineUpdateInput>,
    ) -> Done<CartLinesUpdatePayload> {
        let edits: Vec<_> = lines.into_iter().map(CartLineUpdateInput::read).collect();
        on(&cart_id, async |key| {
            commands::edit_lines(ctx.shop(), key, &edits).await
        })
        .await
    }

    /// Takes lines out.
    async fn cart_lines_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "The lines, 250 at most.")] line_ids: Vec<ID>,
    ) -> Done<CartLinesRemovePayload> {
        let ids: Vec<_> = line_ids.iter().map(read_line_id).collect();
        on(&cart_id, async |key| {
            commands::remove_lines(ctx.shop(), key, &ids).await
        })
        .await
    }

    /// Changes who buys; what is not given stays, null forgets.
    async fn cart_buyer_identity_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "Who buys.")] buyer_identity: CartBuyerIdentityInput,
    ) -> Done<CartBuyerIdentityUpdatePayload> {
        let customer = match customer_of(ctx, &buyer_identity.customer_access_token).await {
            Ok(customer) => customer,
            Err(error) => return Some(Err(error)),
        };
        let edit = buyer_identity.read(customer);
        on(&cart_id, async |key| {
            commands::set_buyer(ctx.shop(), key, &edit).await
        })
        .await
    }

    /// Replaces the attributes.
    async fn cart_attributes_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "All attributes, 250 at most.")] attributes: Vec<AttributeInput>,
    ) -> Done<CartAttributesUpdatePayload> {
        let attributes = attribute::read(attributes);
        on(&cart_id, async |key| {
            commands::set_attributes(ctx.shop(), key, &attributes).await
        })
        .await
    }

    /// Replaces the note to the merchant.
    async fn cart_note_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "The note.")] note: String,
    ) -> Done<CartNoteUpdatePayload> {
        on(&cart_id, async |key| {
            commands::set_note(ctx.shop(), key, &note).await
        })
        .await
    }

    /// Replaces the discount codes; one that takes nothing off is kept and warned about.
    async fn cart_discount_codes_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "All codes.")] discount_codes: Vec<String>,
    ) -> Done<CartDiscountCodesUpdatePayload> {
        on(&cart_id, async |key| {
            commands::set_discount_codes(ctx.shop(), key, &discount_codes).await
        })
        .await
    }

    /// Adds gift cards; a code that leads to none that can be used is warned about.
    async fn cart_gift_card_codes_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "Codes, in any case.")] gift_card_codes: Vec<String>,
    ) -> Done<CartGiftCardCodesAddPayload> {
        on(&cart_id, async |key| {
            commands::add_gift_cards(ctx.shop(), key, &gift_card_codes).await
        })
        .await
    }

    /// Takes gift cards from the cart.
    async fn cart_gift_card_codes_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "The gift cards.")] applied_gift_card_ids: Vec<ID>,
    ) -> Done<CartGiftCardCodesRemovePayload> {
        let ids: Vec<_> = applied_gift_card_ids
            .iter()
            .map(|id| Id::parse(id))
            .collect();
        on(&cart_id, async |key| {
            commands::remove_gift_cards(ctx.shop(), key, &ids).await
        })
        .await
    }

    /// Replaces the gift cards; a code that leads to none that can be used is warned about.
    async fn cart_gift_card_codes_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "All codes, in any case.")] gift_card_codes: Vec<String>,
    ) -> Done<CartGiftCardCodesUpdatePayload> {
        on(&cart_id, async |key| {
            commands::set_gift_cards(ctx.shop(), key, &gift_card_codes).await
        })
        .await
    }

    /// Adds delivery addresses.
    async fn cart_delivery_addresses_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "The addresses; a cart has 20 at most.")] addresses: Vec<
            CartSelectableAddressInput,
        >,
    ) -> Done<CartDeliveryAddressesAddPayload> {
        let drafts = read_addresses(addresses);
        of_caller(ctx, &cart_id, async |key, caller| {
            commands::add_addresses(ctx.shop(), key, &drafts, caller).await
        })
        .await
    }

    /// Changes delivery addresses.
    async fn cart_delivery_addresses_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "The changes.")] addresses: Vec<CartSelectableAddressUpdateInput>,
    ) -> Done<CartDeliveryAddressesUpdatePayload> {
        let edits = addresses.into_iter();
        let edits: Vec<_> = edits.map(CartSelectableAddressUpdateInput::read).collect();
        of_caller(ctx, &cart_id, async |key, caller| {
            commands::edit_addresses(ctx.shop(), key, &edits, caller).await
        })
        .await
    }

    /// Removes delivery addresses.
    async fn cart_delivery_addresses_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "The addresses.")] address_ids: Vec<ID>,
    ) -> Done<CartDeliveryAddressesRemovePayload> {
        let ids: Vec<_> = address_ids.iter().map(read_address_id).collect();
        on(&cart_id, async |key| {
            commands::remove_addresses(ctx.shop(), key, &ids).await
        })
        .await
    }

    /// Puts addresses in place of all delivery addresses.
    async fn cart_delivery_addresses_replace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "The addresses; a cart has 20 at most.")] addresses: Vec<
            CartSelectableAddressInput,
        >,
    ) -> Done<CartDeliveryAddressesReplacePayload> {
        let drafts = read_addresses(addresses);
        of_caller(ctx, &cart_id, async |key, caller| {
            commands::replace_addresses(ctx.shop(), key, &drafts, caller).await
        })
        .await
    }

    /// Chooses how things are delivered.
    async fn cart_selected_delivery_options_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "A choice for each parcel.")] selected_delivery_options: Vec<
            CartSelectedDeliveryOptionInput,
        >,
    ) -> Done<CartSelectedDeliveryOptionsUpdatePayload> {
        on(&cart_id, async |key| {
            let choices = selected_delivery_options.into_iter();
            let choices: Vec<(bool, String)> = choices
                .map(|choice| {
                    let known = is_group_of(&choice.delivery_group_id, key.id);
                    (known, choice.delivery_option_handle)
                })
                .collect();
            commands::set_delivery(ctx.shop(), key, &choices).await
        })
        .await
    }

    /// Sets where the invoice goes; null forgets it.
    async fn cart_billing_address_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "The address.")] billing_address: Option<MailingAddressInput>,
    ) -> Done<CartBillingAddressUpdatePayload> {
        let address = billing_address.map(Into::into);
        on(&cart_id, async |key| {
            commands::set_billing_address(ctx.shop(), key, address.as_ref()).await
        })
        .await
    }

    /// Says how the buyer pays and how much.
    async fn cart_payment_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
        #[graphql(desc = "How, and how much.")] payment: CartPaymentInput,
    ) -> Done<CartPaymentUpdatePayload> {
        let draft = payment.read();
        on(&cart_id, async |key| {
            commands::set_payment(ctx.shop(), key, &draft).await
        })
        .await
    }

    /// Forgets everything that tells who buys.
    async fn cart_remove_personal_data(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's id, with its key.")] cart_id: ID,
    ) -> Done<CartRemovePersonalDataPayload> {
        on(&cart_id, async |key| {
            commands::forget_buyer(ctx.shop(), key).await
        })
        .await
    }
}
