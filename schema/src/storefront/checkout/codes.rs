//! The kinds of refusal and failure, named as in the contract. Cartwright uses those that apply to it;
//! all are declared, because clients name them.

use async_graphql::Enum;
use async_graphql::resolver_utils::EnumType;

/// Why a cart was not accepted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "SubmissionErrorCode")]
#[expect(missing_docs, reason = "the contract's names say what they mean")]
pub enum SubmissionErrorCode {
    #[graphql(name = "BUYER_IDENTITY_EMAIL_IS_INVALID")]
    BuyerIdentityEmailIsInvalid,
    #[graphql(name = "BUYER_IDENTITY_EMAIL_REQUIRED")]
    BuyerIdentityEmailRequired,
    #[graphql(name = "BUYER_IDENTITY_PHONE_IS_INVALID")]
    BuyerIdentityPhoneIsInvalid,
    #[graphql(name = "DELIVERY_ADDRESS1_INVALID")]
    DeliveryAddress1Invalid,
    #[graphql(name = "DELIVERY_ADDRESS1_REQUIRED")]
    DeliveryAddress1Required,
    #[graphql(name = "DELIVERY_ADDRESS1_TOO_LONG")]
    DeliveryAddress1TooLong,
    #[graphql(name = "DELIVERY_ADDRESS2_INVALID")]
    DeliveryAddress2Invalid,
    #[graphql(name = "DELIVERY_ADDRESS2_REQUIRED")]
    DeliveryAddress2Required,
    #[graphql(name = "DELIVERY_ADDRESS2_TOO_LONG")]
    DeliveryAddress2TooLong,
    #[graphql(name = "DELIVERY_ADDRESS_REQUIRED")]
    DeliveryAddressRequired,
    #[graphql(name = "DELIVERY_CITY_INVALID")]
    DeliveryCityInvalid,
    #[graphql(name = "DELIVERY_CITY_REQUIRED")]
    DeliveryCityRequired,
    #[graphql(name = "DELIVERY_CITY_TOO_LONG")]
    DeliveryCityTooLong,
    #[graphql(name = "DELIVERY_COMPANY_INVALID")]
    DeliveryCompanyInvalid,
    #[graphql(name = "DELIVERY_COMPANY_REQUIRED")]
    DeliveryCompanyRequired,
    #[graphql(name = "DELIVERY_COMPANY_TOO_LONG")]
    DeliveryCompanyTooLong,
    #[graphql(name = "DELIVERY_COUNTRY_REQUIRED")]
    DeliveryCountryRequired,
    #[graphql(name = "DELIVERY_FIRST_NAME_INVALID")]
    DeliveryFirstNameInvalid,
    #[graphql(name = "DELIVERY_FIRST_NAME_REQUIRED")]
    DeliveryFirstNameRequired,
    #[graphql(name = "DELIVERY_FIRST_NAME_TOO_LONG")]
    DeliveryFirstNameTooLong,
    #[graphql(name = "DELIVERY_INVALID_POSTAL_CODE_FOR_COUNTRY")]
    DeliveryInvalidPostalCodeForCountry,
    #[graphql(name = "DELIVERY_INVALID_POSTAL_CODE_FOR_ZONE")]
    DeliveryInvalidPostalCodeForZone,
    #[graphql(name = "DELIVERY_LAST_NAME_INVALID")]
    DeliveryLastNameInvalid,
    #[graphql(name = "DELIVERY_LAST_NAME_REQUIRED")]
    DeliveryLastNameRequired,
    #[graphql(name = "DELIVERY_LAST_NAME_TOO_LONG")]
    DeliveryLastNameTooLong,
    #[graphql(name = "DELIVERY_NO_DELIVERY_AVAILABLE")]
    DeliveryNoDeliveryAvailable,
    #[graphql(name = "DELIVERY_NO_DELIVERY_AVAILABLE_FOR_MERCHANDISE_LINE")]
    DeliveryNoDeliveryAvailableForMerchandiseLine,
    #[graphql(name = "DELIVERY_OPTIONS_PHONE_NUMBER_INVALID")]
    DeliveryOptionsPhoneNumberInvalid,
    #[graphql(name = "DELIVERY_OPTIONS_PHONE_NUMBER_REQUIRED")]
    DeliveryOptionsPhoneNumberRequired,
    #[graphql(name = "DELIVERY_PHONE_NUMBER_INVALID")]
    DeliveryPhoneNumberInvalid,
    #[graphql(name = "DELIVERY_PHONE_NUMBER_REQUIRED")]
    DeliveryPhoneNumberRequired,
    #[graphql(name = "DELIVERY_POSTAL_CODE_INVALID")]
    DeliveryPostalCodeInvalid,
    #[graphql(name = "DELIVERY_POSTAL_CODE_REQUIRED")]
    DeliveryPostalCodeRequired,
    #[graphql(name = "DELIVERY_ZONE_NOT_FOUND")]
    DeliveryZoneNotFound,
    #[graphql(name = "DELIVERY_ZONE_REQUIRED_FOR_COUNTRY")]
    DeliveryZoneRequiredForCountry,
    #[graphql(name = "ERROR")]
    Error,
    #[graphql(name = "MERCHANDISE_LINE_LIMIT_REACHED")]
    MerchandiseLineLimitReached,
    #[graphql(name = "MERCHANDISE_NOT_APPLICABLE")]
    MerchandiseNotApplicable,
    #[graphql(name = "MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE")]
    MerchandiseNotEnoughStockAvailable,
    #[graphql(name = "MERCHANDISE_OUT_OF_STOCK")]
    MerchandiseOutOfStock,
    #[graphql(name = "MERCHANDISE_PRODUCT_NOT_PUBLISHED")]
    MerchandiseProductNotPublished,
    #[graphql(name = "NO_DELIVERY_GROUP_SELECTED")]
    NoDeliveryGroupSelected,
    #[graphql(name = "PAYMENTS_ADDRESS1_INVALID")]
    PaymentsAddress1Invalid,
    #[graphql(name = "PAYMENTS_ADDRESS1_REQUIRED")]
    PaymentsAddress1Required,
    #[graphql(name = "PAYMENTS_ADDRESS1_TOO_LONG")]
    PaymentsAddress1TooLong,
    #[graphql(name = "PAYMENTS_ADDRESS2_INVALID")]
    PaymentsAddress2Invalid,
    #[graphql(name = "PAYMENTS_ADDRESS2_REQUIRED")]
    PaymentsAddress2Required,
    #[graphql(name = "PAYMENTS_ADDRESS2_TOO_LONG")]
    PaymentsAddress2TooLong,
    #[graphql(name = "PAYMENTS_BILLING_ADDRESS_ZONE_NOT_FOUND")]
    PaymentsBillingAddressZoneNotFound,
    #[graphql(name = "PAYMENTS_BILLING_ADDRESS_ZONE_REQUIRED_FOR_COUNTRY")]
    PaymentsBillingAddressZoneRequiredForCountry,
    #[graphql(name = "PAYMENTS_CITY_INVALID")]
    PaymentsCityInvalid,
    #[graphql(name = "PAYMENTS_CITY_REQUIRED")]
    PaymentsCityRequired,
    #[graphql(name = "PAYMENTS_CITY_TOO_LONG")]
    PaymentsCityTooLong,
    #[graphql(name = "PAYMENTS_COMPANY_INVALID")]
    PaymentsCompanyInvalid,
    #[graphql(name = "PAYMENTS_COMPANY_REQUIRED")]
    PaymentsCompanyRequired,
    #[graphql(name = "PAYMENTS_COMPANY_TOO_LONG")]
    PaymentsCompanyTooLong,
    #[graphql(name = "PAYMENTS_COUNTRY_REQUIRED")]
    PaymentsCountryRequired,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_BASE_EXPIRED")]
    PaymentsCreditCardBaseExpired,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_BASE_GATEWAY_NOT_SUPPORTED")]
    PaymentsCreditCardBaseGatewayNotSupported,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_BASE_INVALID_START_DATE_OR_ISSUE_NUMBER_FOR_DEBIT")]
    PaymentsCreditCardBaseInvalidStartDateOrIssueNumberForDebit,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_BRAND_NOT_SUPPORTED")]
    PaymentsCreditCardBrandNotSupported,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_FIRST_NAME_BLANK")]
    PaymentsCreditCardFirstNameBlank,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_GENERIC")]
    PaymentsCreditCardGeneric,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_LAST_NAME_BLANK")]
    PaymentsCreditCardLastNameBlank,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_MONTH_INCLUSION")]
    PaymentsCreditCardMonthInclusion,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_NAME_INVALID")]
    PaymentsCreditCardNameInvalid,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_NUMBER_INVALID")]
    PaymentsCreditCardNumberInvalid,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_NUMBER_INVALID_FORMAT")]
    PaymentsCreditCardNumberInvalidFormat,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_SESSION_ID")]
    PaymentsCreditCardSessionId,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_VERIFICATION_VALUE_BLANK")]
    PaymentsCreditCardVerificationValueBlank,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_VERIFICATION_VALUE_INVALID_FOR_CARD_TYPE")]
    PaymentsCreditCardVerificationValueInvalidForCardType,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_YEAR_EXPIRED")]
    PaymentsCreditCardYearExpired,
    #[graphql(name = "PAYMENTS_CREDIT_CARD_YEAR_INVALID_EXPIRY_YEAR")]
    PaymentsCreditCardYearInvalidExpiryYear,
    #[graphql(name = "PAYMENTS_FIRST_NAME_INVALID")]
    PaymentsFirstNameInvalid,
    #[graphql(name = "PAYMENTS_FIRST_NAME_REQUIRED")]
    PaymentsFirstNameRequired,
    #[graphql(name = "PAYMENTS_FIRST_NAME_TOO_LONG")]
    PaymentsFirstNameTooLong,
    #[graphql(name = "PAYMENTS_INVALID_POSTAL_CODE_FOR_COUNTRY")]
    PaymentsInvalidPostalCodeForCountry,
    #[graphql(name = "PAYMENTS_INVALID_POSTAL_CODE_FOR_ZONE")]
    PaymentsInvalidPostalCodeForZone,
    #[graphql(name = "PAYMENTS_LAST_NAME_INVALID")]
    PaymentsLastNameInvalid,
    #[graphql(name = "PAYMENTS_LAST_NAME_REQUIRED")]
    PaymentsLastNameRequired,
    #[graphql(name = "PAYMENTS_LAST_NAME_TOO_LONG")]
    PaymentsLastNameTooLong,
    #[graphql(name = "PAYMENTS_METHOD_REQUIRED")]
    PaymentsMethodRequired,
    #[graphql(name = "PAYMENTS_METHOD_UNAVAILABLE")]
    PaymentsMethodUnavailable,
    #[graphql(name = "PAYMENTS_PHONE_NUMBER_INVALID")]
    PaymentsPhoneNumberInvalid,
    #[graphql(name = "PAYMENTS_PHONE_NUMBER_REQUIRED")]
    PaymentsPhoneNumberRequired,
    #[graphql(name = "PAYMENTS_POSTAL_CODE_INVALID")]
    PaymentsPostalCodeInvalid,
    #[graphql(name = "PAYMENTS_POSTAL_CODE_REQUIRED")]
    PaymentsPostalCodeRequired,
    #[graphql(name = "PAYMENTS_SHOPIFY_PAYMENTS_REQUIRED")]
    PaymentsShopifyPaymentsRequired,
    #[graphql(name = "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT")]
    PaymentsUnacceptablePaymentAmount,
    #[graphql(name = "PAYMENTS_WALLET_CONTENT_MISSING")]
    PaymentsWalletContentMissing,
    #[graphql(name = "REDIRECT_TO_CHECKOUT_REQUIRED")]
    RedirectToCheckoutRequired,
    #[graphql(name = "TAXES_DELIVERY_GROUP_ID_NOT_FOUND")]
    TaxesDeliveryGroupIdNotFound,
    #[graphql(name = "TAXES_LINE_ID_NOT_FOUND")]
    TaxesLineIdNotFound,
    #[graphql(name = "TAXES_MUST_BE_DEFINED")]
    TaxesMustBeDefined,
    #[graphql(name = "VALIDATION_CUSTOM")]
    ValidationCustom,
}

/// Why an attempt did not become an order.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "CompletionErrorCode")]
#[expect(missing_docs, reason = "the contract's names say what they mean")]
pub enum CompletionErrorCode {
    #[graphql(name = "ERROR")]
    Error,
    #[graphql(name = "INVENTORY_RESERVATION_ERROR")]
    InventoryReservationError,
    #[graphql(name = "PAYMENT_AMOUNT_TOO_SMALL")]
    PaymentAmountTooSmall,
    #[graphql(name = "PAYMENT_CALL_ISSUER")]
    PaymentCallIssuer,
    #[graphql(name = "PAYMENT_CARD_DECLINED")]
    PaymentCardDeclined,
    #[graphql(name = "PAYMENT_ERROR")]
    PaymentError,
    #[graphql(name = "PAYMENT_GATEWAY_NOT_ENABLED_ERROR")]
    PaymentGatewayNotEnabledError,
    #[graphql(name = "PAYMENT_INSUFFICIENT_FUNDS")]
    PaymentInsufficientFunds,
    #[graphql(name = "PAYMENT_INVALID_BILLING_ADDRESS")]
    PaymentInvalidBillingAddress,
    #[graphql(name = "PAYMENT_INVALID_CREDIT_CARD")]
    PaymentInvalidCreditCard,
    #[graphql(name = "PAYMENT_INVALID_CURRENCY")]
    PaymentInvalidCurrency,
    #[graphql(name = "PAYMENT_INVALID_PAYMENT_METHOD")]
    PaymentInvalidPaymentMethod,
    #[graphql(name = "PAYMENT_TRANSIENT_ERROR")]
    PaymentTransientError,
}

impl SubmissionErrorCode {
    /// The kind with this name; `Error` for one that the contract lacks.
    pub(super) fn named(name: &str) -> Self {
        let mut known = Self::items().iter();
        known
            .find(|item| item.name == name)
            .map_or(Self::Error, |item| item.value)
    }
}
