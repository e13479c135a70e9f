//! Why a change was refused, and what the buyer should know about one that was made.

use uuid::Uuid;

/// Where in its input a caller went wrong, as the contract spells it: `["lines", "0", "quantity"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<String>);

impl Path {
    /// A path of one name.
    #[must_use]
    pub fn root(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    /// The path to a field of what this path names.
    #[must_use]
    pub fn key(&self, name: &str) -> Self {
        let mut path = self.0.clone();
        path.push(name.to_owned());
        Self(path)
    }

    /// The path to an entry of what this path names, counted from zero.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.key(&index.to_string())
    }
}

/// The kinds of refusal, named as in the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's names say what they mean")]
pub enum Code {
    AddressFieldContainsEmojis,
    AddressFieldContainsHtmlTags,
    AddressFieldContainsUrl,
    AddressFieldDoesNotMatchExpectedPattern,
    AddressFieldIsRequired,
    AddressFieldIsTooLong,
    CartTooLarge,
    Invalid,
    InvalidCompanyLocation,
    InvalidDeliveryAddressId,
    InvalidDeliveryGroup,
    InvalidDeliveryOption,
    InvalidIncrement,
    InvalidMerchandiseLine,
    InvalidMetafields,
    InvalidPayment,
    InvalidPaymentEmptyCart,
    InvalidZipCodeForCountry,
    InvalidZipCodeForProvince,
    MaximumExceeded,
    MinimumNotMet,
    NoteTooLong,
    OnlyOneDeliveryAddressCanBeSelected,
    ParentLineOperationBlocked,
    PaymentMethodNotApplicable,
    PaymentMethodNotSupported,
    PendingDeliveryGroups,
    ProvinceNotFound,
    SellingPlanNotApplicable,
    TooManyDeliveryAddresses,
}

/// One reason for refusing a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its kind.
    pub code: Code,
    /// What in the input is wrong.
    pub field: Path,
    /// A sentence for people.
    pub message: String,
}

/// All reasons for refusing a change; never empty.
pub type Refusals = Vec<Refusal>;

impl Refusal {
    /// A reason, in words.
    pub fn new(code: Code, field: Path, message: impl Into<String>) -> Self {
        Self {
            code,
            field,
            message: message.into(),
        }
    }

    /// The cart is unknown, expired, already bought, or the key is wrong: all the same to a caller.
    #[must_use]
    pub fn no_cart() -> Refusals {
        vec![Self::new(
            Code::Invalid,
            Path::root("cartId"),
            "the cart does not exist or is no longer open",
        )]
    }
}

/// What a buyer should know about a change that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its kind.
    pub code: WarningCode,
    /// A sentence for people.
    pub message: String,
    /// The line or address it is about; the cart where there is none.
    pub target: Option<Uuid>,
}

/// The kinds of warning that are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningCode {
    /// A line has fewer pieces than were asked for.
    MerchandiseNotEnoughStock,
    /// A line has no piece left.
    MerchandiseOutOfStock,
    /// Other discounts take off more and cannot be combined with it.
    DiscountCodeNotHonoured,
    /// The discount has not begun, is over or was switched off.
    DiscountCurrentlyInactive,
    /// The discount is for other customers.
    DiscountCustomerNotEligible,
    /// The customer used the discount.
    DiscountCustomerUsageLimitReached,
    /// The discount is for signed-in customers.
    DiscountEligibleCustomerMissing,
    /// A discount code is kept but leads to nothing.
    DiscountNotFound,
    /// The discount is for nothing in the cart.
    DiscountNoEntitledLineItems,
    /// The discount is for other deliveries.
    DiscountNoEntitledShippingLines,
    /// The goods are not worth enough for the discount.
    DiscountPurchaseNotInRange,
    /// There are not enough pieces for the discount.
    DiscountQuantityNotInRange,
    /// The discount was used as often as is allowed.
    DiscountUsageLimitReached,
    /// The cart has this address already.
    DuplicateDeliveryAddress,
    /// A gift card cannot be used.
    PaymentsGiftCardsUnavailable,
}
