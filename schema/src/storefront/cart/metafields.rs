//! Fields that storefronts add to carts.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use commerce::cart::commands::{self, NotDeleted};
use commerce::cart::metafields::{MetafieldDraft, Mistake, Wrong};
use commerce::cart::{self, CartKey};
use commerce::kernel::Failure;
use futures_util::future::try_join_all;

use crate::context::ContextExt;
use crate::ids;
use crate::storefront::metafield::{Holder, Metafield, held};

/// Names a field of a cart.
#[derive(InputObject)]
pub struct CartMetafieldDeleteInput {
    /// Its name.
    pub key: String,
    /// The cart.
    pub owner_id: ID,
}

/// A field of a cart.
#[derive(InputObject)]
pub struct CartMetafieldsSetInput {
    /// Its name.
    pub key: String,
    /// The cart.
    pub owner_id: ID,
    /// What kind of value it has.
    #[graphql(name = "type")]
    pub kind: String,
    /// Its value.
    pub value: String,
}

/// The answer to deleting a field.
#[derive(SimpleObject)]
pub struct CartMetafieldDeletePayload {
    /// What was deleted.
    pub deleted_id: Option<ID>,
    /// Why nothing was.
    pub user_errors: Vec<MetafieldDeleteUserError>,
}

/// The answer to setting fields.
#[derive(SimpleObject)]
pub struct CartMetafieldsSetPayload {
    /// What was set.
    pub metafields: Option<Vec<Metafield>>,
    /// Why nothing was.
    pub user_errors: Vec<MetafieldsSetUserError>,
}

/// Why a field was not deleted.
#[derive(SimpleObject, Clone, Debug)]
pub struct MetafieldDeleteUserError {
    /// Its kind.
    pub code: Option<MetafieldDeleteErrorCode>,
    /// What in the input is wrong.
    pub field: Option<Vec<String>>,
    /// A sentence for people.
    pub message: String,
}

/// Why fields were not set.
#[derive(SimpleObject, Clone, Debug)]
pub struct MetafieldsSetUserError {
    /// Its kind.
    pub code: Option<MetafieldsSetUserErrorCode>,
    /// Which of the fields is wrong, counted from zero.
    pub element_index: Option<i32>,
    /// What in the input is wrong.
    pub field: Option<Vec<String>>,
    /// A sentence for people.
    pub message: String,
}

/// Kinds of reasons for not deleting a field.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetafieldDeleteErrorCode {
    /// The caller may not.
    AppNotAuthorized,
    /// The owner is not one.
    InvalidOwner,
    /// There is no such field.
    MetafieldDoesNotExist,
}

/// Kinds of reasons for not setting fields.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetafieldsSetUserErrorCode {
    /// The caller may not.
    AppNotAuthorized,
    /// A text is blank.
    Blank,
    /// A value is not one of those allowed.
    Inclusion,
    /// The owner is not one.
    InvalidOwner,
    /// The kind is none.
    InvalidType,
    /// The value is not of its kind.
    InvalidValue,
    /// There are too many.
    LessThanOrEqualTo,
    /// Something must not be there.
    Present,
    /// A text is too long.
    TooLong,
    /// A text is too short.
    TooShort,
}

/// Changes the fields of carts.
#[derive(Default)]
pub struct CartMetafieldMutation;

#[Object]
impl CartMetafieldMutation {
    /// Deletes a field of a cart.
    async fn cart_metafield_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The field.")] input: CartMetafieldDeleteInput,
    ) -> Option<Result<CartMetafieldDeletePayload>> {
        let cart = CartKey::parse(&input.owner_id);
        let deleted = commands::delete_metafield(ctx.shop(), cart.as_ref(), &input.key).await;
        let (deleted_id, user_errors) = match deleted {
            Ok(id) => (Some(ids::id(id)), Vec::new()),
            Err(Failure::Refused(reason)) => (None, vec![reason.into()]),
            Err(Failure::Broken(fault)) => return Some(Err(fault.into())),
        };
        Some(Ok(CartMetafieldDeletePayload {
            deleted_id,
            user_errors,
        }))
    }

    /// Sets fields of carts: all of them or none. An order has the fields of the cart that it was.
    async fn cart_metafields_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The fields, 25 at most.")] metafields: Vec<CartMetafieldsSetInput>,
    ) -> Option<Result<CartMetafieldsSetPayload>> {
        Some(set(ctx, metafields).await)
    }
}

async fn set(
    ctx: &Context<'_>,
    given: Vec<CartMetafieldsSetInput>,
) -> Result<CartMetafieldsSetPayload> {
    let read = |field: CartMetafieldsSetInput| {
        let draft = MetafieldDraft {
            key: field.key,
            kind: field.kind,
            value: field.value,
        };
        (CartKey::parse(&field.owner_id), draft)
    };
    let fields: Vec<_> = given.into_iter().map(read).collect();
    match commands::set_metafields(ctx.shop(), &fields).await {
        Ok(()) => {}
        Err(Failure::Refused(mistakes)) => {
            return Ok(CartMetafieldsSetPayload {
                metafields: None,
                user_errors: mistakes.into_iter().map(Into::into).collect(),
            });
        }
        Err(Failure::Broken(fault)) => return Err(fault.into()),
    }
    let named = fields.into_iter().filter_map(|(key, draft)| {
        let (namespace, name) = cart::metafields::name(&draft.key);
        Some((Holder::Cart(key?), namespace, name))
    });
    let set = named.map(|(cart, namespace, name)| held(ctx, cart, Some(namespace), name));
    let set = try_join_all(set).await?;
    Ok(CartMetafieldsSetPayload {
        metafields: Some(set.into_iter().flatten().collect()),
        user_errors: Vec::new(),
    })
}

impl From<NotDeleted> for MetafieldDeleteUserError {
    fn from(reason: NotDeleted) -> Self {
        let (code, part, message) = match reason {
            NotDeleted::Owner => (
                MetafieldDeleteErrorCode::InvalidOwner,
                "ownerId",
                "the cart does not exist or is no longer open",
            ),
            NotDeleted::Unknown => (
                MetafieldDeleteErrorCode::MetafieldDoesNotExist,
                "key",
                "the cart has no such metafield",
            ),
        };
        Self {
            code: Some(code),
            field: Some(vec!["input".to_owned(), part.to_owned()]),
            message: message.to_owned(),
        }
    }
}

impl From<Mistake> for MetafieldsSetUserError {
    fn from(mistake: Mistake) -> Self {
        use MetafieldsSetUserErrorCode as Code;
        let code = match mistake.wrong {
            Wrong::Owner => Code::InvalidOwner,
            Wrong::Blank => Code::Blank,
            Wrong::TooLong => Code::TooLong,
            Wrong::Kind => Code::InvalidType,
            Wrong::Value | Wrong::Unprintable => Code::InvalidValue,
            Wrong::TooMany => Code::LessThanOrEqualTo,
        };
        let index = mistake.index.map(|index| index.to_string());
        let part = mistake.part.map(str::to_owned);
        let path = std::iter::once("metafields".to_owned());
        Self {
            code: Some(code),
            element_index: mistake.index.and_then(|index| i32::try_from(index).ok()),
            field: Some(path.chain(index).chain(part).collect()),
            message: mistake.message,
        }
    }
}
