//! What a change of a cart was refused for, and what a buyer should know about one.

use async_graphql::{Enum, ID, SimpleObject};
use commerce::cart::{self, Code, Refusal, Warning};

use super::delivery::address_id;
use super::line::line_id;

/// One reason for refusing a change.
#[derive(SimpleObject, Clone, Debug)]
pub struct CartUserError {
    /// Its kind.
    pub code: Option<CartErrorCode>,
    /// What in the input is wrong.
    pub field: Option<Vec<String>>,
    /// A sentence for people.
    pub message: String,
}

impl From<Refusal> for CartUserError {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: Some(refusal.code.into()),
            field: Some(refusal.field.0),
            message: refusal.message,
        }
    }
}

/// What a buyer should know about a change that was made.
#[derive(SimpleObject, Clone, Debug)]
pub struct CartWarning {
    /// Its kind.
    pub code: CartWarningCode,
    /// A sentence for people.
    pub message: String,
    /// The line, the address or the cart that it is about.
    pub target: ID,
}

impl CartWarning {
    pub(super) fn new(warning: Warning, cart: &cart::Cart, cart_id: &ID) -> Self {
        let target = match (warning.code, warning.target) {
            (_, None) => cart_id.clone(),
            (cart::WarningCode::DuplicateDeliveryAddress, Some(id)) => address_id(cart, id),
            (_, Some(id)) => line_id(cart, id),
        };
        Self {
            code: warning.code.into(),
            message: warning.message,
            target,
        }
    }
}

/// The kinds of refusal.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartErrorCode {
    /// An address holds emojis.
    AddressFieldContainsEmojis,
    /// An address holds HTML.
    AddressFieldContainsHtmlTags,
    /// An address holds a URL.
    AddressFieldContainsUrl,
    /// A field of an address is not in its form.
    AddressFieldDoesNotMatchExpectedPattern,
    /// An address lacks a field.
    AddressFieldIsRequired,
    /// A field of an address is too long.
    AddressFieldIsTooLong,
    /// Bundles and additions do not go together.
    BundlesAndAddonsCannotBeMixed,
    /// The buyer may not buy for this branch.
    BuyerCannotPurchaseForCompanyLocation,
    /// The cart would hold too much.
    CartTooLarge,
    /// The recipient of a gift card is not valid.
    GiftCardRecipientInvalid,
    /// The input is not valid.
    Invalid,
    /// The company has no such branch.
    InvalidCompanyLocation,
    /// The cart has no such delivery address.
    InvalidDeliveryAddressId,
    /// The cart has no such delivery group.
    InvalidDeliveryGroup,
    /// The delivery group has no such option.
    InvalidDeliveryOption,
    /// The quantity is not a multiple of what is sold together.
    InvalidIncrement,
    /// The cart has no such line.
    InvalidMerchandiseLine,
    /// Metafields are not valid.
    InvalidMetafields,
    /// The payment is not valid.
    InvalidPayment,
    /// The payment has to come later.
    InvalidPaymentDeferredPaymentRequired,
    /// An empty cart cannot be paid.
    InvalidPaymentEmptyCart,
    /// The country has no such postal code.
    InvalidZipCodeForCountry,
    /// The province has no such postal code.
    InvalidZipCodeForProvince,
    /// A number is too large.
    LessThan,
    /// There is more than the most that is allowed.
    MaximumExceeded,
    /// A transformation of lines failed.
    MerchandiseLineTransformersRunError,
    /// The merchandise cannot be sold to this buyer.
    MerchandiseNotApplicable,
    /// There is less than the least that is allowed.
    MinimumNotMet,
    /// The customer has to sign in.
    MissingCustomerAccessToken,
    /// A discount code is missing.
    MissingDiscountCode,
    /// The note is missing.
    MissingNote,
    /// The note is too long.
    NoteTooLong,
    /// More than one delivery address was selected.
    OnlyOneDeliveryAddressCanBeSelected,
    /// The parent is not named rightly.
    ParentLineInvalidReference,
    /// Lines belong to lines that belong to lines.
    ParentLineNestingTooDeep,
    /// The parent is not in the cart.
    ParentLineNotFound,
    /// The line cannot have a parent.
    ParentLineOperationBlocked,
    /// The card has expired.
    PaymentsCreditCardBaseExpired,
    /// The card cannot be used here.
    PaymentsCreditCardBaseGatewayNotSupported,
    /// Something about the card is wrong.
    PaymentsCreditCardGeneric,
    /// The month is none.
    PaymentsCreditCardMonthInclusion,
    /// The number of the card is wrong.
    PaymentsCreditCardNumberInvalid,
    /// The number of the card is not in its form.
    PaymentsCreditCardNumberInvalidFormat,
    /// The check number is missing.
    PaymentsCreditCardVerificationValueBlank,
    /// The check number does not suit the card.
    PaymentsCreditCardVerificationValueInvalidForCardType,
    /// The year has passed.
    PaymentsCreditCardYearExpired,
    /// The year is none.
    PaymentsCreditCardYearInvalidExpiryYear,
    /// This way to pay does not suit the cart.
    PaymentMethodNotApplicable,
    /// The shop does not take this way to pay.
    PaymentMethodNotSupported,
    /// What delivery is offered is not known yet.
    PendingDeliveryGroups,
    /// The country has no such province.
    ProvinceNotFound,
    /// The merchandise is not sold on this plan.
    SellingPlanNotApplicable,
    /// It cannot be done now.
    ServiceUnavailable,
    /// The cart would have too many delivery addresses.
    TooManyDeliveryAddresses,
    /// Something about the address is wrong.
    UnspecifiedAddressError,
    /// A rule of the shop is not met.
    ValidationCustom,
    /// The merchandise is sold on a plan only.
    VariantRequiresSellingPlan,
    /// Nothing is delivered to this postal code.
    ZipCodeNotSupported,
}

impl From<Code> for CartErrorCode {
    fn from(code: Code) -> Self {
        match code {
            Code::AddressFieldContainsEmojis => Self::AddressFieldContainsEmojis,
            Code::AddressFieldContainsHtmlTags => Self::AddressFieldContainsHtmlTags,
            Code::AddressFieldContainsUrl => Self::AddressFieldContainsUrl,
            Code::AddressFieldDoesNotMatchExpectedPattern => {
                Self::AddressFieldDoesNotMatchExpectedPattern
            }
            Code::AddressFieldIsRequired => Self::AddressFieldIsRequired,
            Code::AddressFieldIsTooLong => Self::AddressFieldIsTooLong,
            Code::CartTooLarge => Self::CartTooLarge,
            Code::Invalid => Self::Invalid,
            Code::InvalidCompanyLocation => Self::InvalidCompanyLocation,
            Code::InvalidDeliveryAddressId => Self::InvalidDeliveryAddressId,
            Code::InvalidDeliveryGroup => Self::InvalidDeliveryGroup,
            Code::InvalidDeliveryOption => Self::InvalidDeliveryOption,
            Code::InvalidIncrement => Self::InvalidIncrement,
            Code::InvalidMerchandiseLine => Self::InvalidMerchandiseLine,
            Code::InvalidMetafields => Self::InvalidMetafields,
            Code::InvalidPayment => Self::InvalidPayment,
            Code::InvalidPaymentEmptyCart => Self::InvalidPaymentEmptyCart,
            Code::InvalidZipCodeForCountry => Self::InvalidZipCodeForCountry,
            Code::InvalidZipCodeForProvince => Self::InvalidZipCodeForProvince,
            Code::MaximumExceeded => Self::MaximumExceeded,
            Code::MinimumNotMet => Self::MinimumNotMet,
            Code::NoteTooLong => Self::NoteTooLong,
            Code::OnlyOneDeliveryAddressCanBeSelected => Self::OnlyOneDeliveryAddressCanBeSelected,
            Code::ParentLineOperationBlocked => Self::ParentLineOperationBlocked,
            Code::PaymentMethodNotApplicable => Self::PaymentMethodNotApplicable,
            Code::PaymentMethodNotSupported => Self::PaymentMethodNotSupported,
            Code::PendingDeliveryGroups => Self::PendingDeliveryGroups,
            Code::ProvinceNotFound => Self::ProvinceNotFound,
            Code::SellingPlanNotApplicable => Self::SellingPlanNotApplicable,
            Code::TooManyDeliveryAddresses => Self::TooManyDeliveryAddresses,
        }
    }
}

/// The kinds of warning.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartWarningCode {
    /// The discount does not count.
    DiscountCodeNotHonoured,
    /// The discount is not active now.
    DiscountCurrentlyInactive,
    /// The discount is not for this buyer.
    DiscountCustomerNotEligible,
    /// The buyer used the discount as often as is allowed.
    DiscountCustomerUsageLimitReached,
    /// The discount is for signed-in buyers.
    DiscountEligibleCustomerMissing,
    /// The discount is for another way of buying.
    DiscountIncompatiblePurchaseType,
    /// Nobody knows the code.
    DiscountNotFound,
    /// The discount is for other things.
    DiscountNoEntitledLineItems,
    /// The discount is for other deliveries.
    DiscountNoEntitledShippingLines,
    /// The discount is for carts of another worth.
    DiscountPurchaseNotInRange,
    /// The discount is for another number of pieces.
    DiscountQuantityNotInRange,
    /// The discount was used as often as is allowed.
    DiscountUsageLimitReached,
    /// The cart has this delivery address already.
    DuplicateDeliveryAddress,
    /// A line has fewer pieces than were asked for.
    MerchandiseNotEnoughStock,
    /// A line has no piece left.
    MerchandiseOutOfStock,
    /// The branch cannot buy on this plan.
    MerchandiseSellingPlanNotApplicableOnCompanyLocation,
    /// Gift cards cannot be used.
    PaymentsGiftCardsUnavailable,
}

impl From<cart::WarningCode> for CartWarningCode {
    fn from(code: cart::WarningCode) -> Self {
        use cart::WarningCode as Code;
        match code {
            Code::MerchandiseNotEnoughStock => Self::MerchandiseNotEnoughStock,
            Code::MerchandiseOutOfStock => Self::MerchandiseOutOfStock,
            Code::DiscountCodeNotHonoured => Self::DiscountCodeNotHonoured,
            Code::DiscountCurrentlyInactive => Self::DiscountCurrentlyInactive,
            Code::DiscountCustomerNotEligible => Self::DiscountCustomerNotEligible,
            Code::DiscountCustomerUsageLimitReached => Self::DiscountCustomerUsageLimitReached,
            Code::DiscountEligibleCustomerMissing => Self::DiscountEligibleCustomerMissing,
            Code::DiscountNotFound => Self::DiscountNotFound,
            Code::DiscountNoEntitledLineItems => Self::DiscountNoEntitledLineItems,
            Code::DiscountNoEntitledShippingLines => Self::DiscountNoEntitledShippingLines,
            Code::DiscountPurchaseNotInRange => Self::DiscountPurchaseNotInRange,
            Code::DiscountQuantityNotInRange => Self::DiscountQuantityNotInRange,
            Code::DiscountUsageLimitReached => Self::DiscountUsageLimitReached,
            Code::DuplicateDeliveryAddress => Self::DuplicateDeliveryAddress,
            Code::PaymentsGiftCardsUnavailable => Self::PaymentsGiftCardsUnavailable,
        }
    }
}
