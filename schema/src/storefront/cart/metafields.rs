//! Fields for the merchant on carts. None can be kept yet: setting one is refused.

use async_graphql::{Enum, ID, InputObject, Object, SimpleObject};

use crate::storefront::metafield::Metafield;

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
    /// Deletes a field of a cart; there are none yet.
    async fn cart_metafield_delete(
        &self,
        #[graphql(desc = "The field.")] input: CartMetafieldDeleteInput,
    ) -> Option<CartMetafieldDeletePayload> {
        let _none_is_kept = input;
        Some(CartMetafieldDeletePayload {
            deleted_id: None,
            user_errors: vec![MetafieldDeleteUserError {
                code: Some(MetafieldDeleteErrorCode::MetafieldDoesNotExist),
                field: Some(vec!["input".into(), "key".into()]),
                message: "the cart has no such metafield".into(),
            }],
        })
    }

    /// Sets fields of carts; none can be kept yet.
    async fn cart_metafields_set(
        &self,
        #[graphql(desc = "The fields, 25 at most.")] metafields: Vec<CartMetafieldsSetInput>,
    ) -> Option<CartMetafieldsSetPayload> {
        let refuse = |(index, _): (usize, &CartMetafieldsSetInput)| MetafieldsSetUserError {
            code: Some(MetafieldsSetUserErrorCode::AppNotAuthorized),
            element_index: i32::try_from(index).ok(),
            field: Some(vec!["metafields".into(), index.to_string()]),
            message: "metafields of carts cannot be kept in this shop".into(),
        };
        Some(CartMetafieldsSetPayload {
            metafields: None,
            user_errors: metafields.iter().enumerate().map(refuse).collect(),
        })
    }
}
