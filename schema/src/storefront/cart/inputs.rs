//! What clients give to the mutations of a cart, and how it is read.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined};
use commerce::cart::commands::{BuyerEdit, CustomerEdit, NewCart, PaymentDraft, PaymentMethod};
use commerce::cart::metafields::MetafieldDraft;
use commerce::cart::{
    AddressDraft, AddressEdit, Coordinates, DeliveryPreference, GivenAddress, LineDraft, LineEdit,
    Preferences,
};
use commerce::kernel::{Address, Gid};
use uuid::Uuid;

use super::buyer::PreferenceDeliveryMethodType;
use crate::codes::CountryCode;
use crate::context::Place;
use crate::ids;
use crate::money::MoneyInput;
use crate::storefront::address::MailingAddressInput;
use crate::storefront::attribute::{self, AttributeInput};

/// What a new cart starts with.
#[derive(InputObject, Default)]
pub struct CartInput {
    /// Named values.
    pub attributes: Option<Vec<AttributeInput>>,
    /// Who buys.
    pub buyer_identity: Option<CartBuyerIdentityInput>,
    /// Where it may be delivered.
    pub delivery: Option<CartDeliveryInput>,
    /// Discount codes.
    pub discount_codes: Option<Vec<String>>,
    /// Codes of gift cards.
    pub gift_card_codes: Option<Vec<String>>,
    /// What is in it.
    pub lines: Option<Vec<CartLineInput>>,
    /// Fields for the merchant.
    pub metafields: Option<Vec<CartInputMetafieldInput>>,
    /// A note to the merchant.
    pub note: Option<String>,
}

impl CartInput {
    /// Reads the input; a country or language that is not given is the request's.
    pub(super) fn read(self, place: Place, customer: CustomerEdit) -> NewCart {
        let country = place.country.and_then(country_code);
        let mut new = NewCart {
            gift_cards: self.gift_card_codes.unwrap_or_default(),
            metafields: read_metafields(self.metafields.unwrap_or_default()),
            lines: read_lines(self.lines.unwrap_or_default()),
            attributes: attribute::read(self.attributes.unwrap_or_default()),
            note: self.note.unwrap_or_default(),
            discount_codes: self.discount_codes.unwrap_or_default(),
            language: place.language.map(|language| language.code().to_owned()),
            country,
            addresses: read_addresses(
                self.delivery
                    .and_then(|delivery| delivery.addresses)
                    .unwrap_or_default(),
            ),
            ..NewCart::default()
        };
        if let Some(buyer) = self
            .buyer_identity
            .map(|buyer| buyer.read(CustomerEdit::Keep))
        {
            new.email = buyer.email.flatten();
            new.phone = buyer.phone.flatten();
            new.country = buyer.country.flatten().or(new.country);
            new.company = buyer.company;
            new.preferences = buyer.preferences.flatten();
        }
        new.customer = customer;
        new
    }
}

/// The code of a real country.
fn country_code(country: CountryCode) -> Option<String> {
    (country != CountryCode::Zz).then(|| country.code().to_owned())
}

/// Who buys.
#[derive(InputObject)]
pub struct CartBuyerIdentityInput {
    /// The company's branch.
    pub company_location_id: Option<ID>,
    /// The country.
    pub country_code: MaybeUndefined<CountryCode>,
    /// Names the signed-in customer; null makes the cart a guest's.
    pub customer_access_token: MaybeUndefined<String>,
    /// Where the confirmation goes.
    pub email: MaybeUndefined<String>,
    /// A telephone number.
    pub phone: MaybeUndefined<String>,
    /// What the buyer prefers.
    pub preferences: MaybeUndefined<CartPreferencesInput>,
}

impl CartBuyerIdentityInput {
    pub(super) fn read(self, customer: CustomerEdit) -> BuyerEdit {
        let country = match self.country_code {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(country) => Some(country_code(country)),
        };
        BuyerEdit {
            email: maybe(self.email),
            phone: maybe(self.phone),
            country,
            language: None,
            preferences: maybe(self.preferences).map(|given| given.map(CartPreferencesInput::read)),
            customer,
            company: self.company_location_id.is_some(),
        }
    }
}

fn maybe<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// What a buyer prefers.
#[derive(InputObject)]
pub struct CartPreferencesInput {
    /// How things are delivered.
    pub delivery: Option<CartDeliveryPreferenceInput>,
    /// Wallets to pay with.
    pub wallet: Option<Vec<String>>,
}

impl CartPreferencesInput {
    fn read(self) -> Preferences {
        Preferences {
            delivery: self.delivery.map(CartDeliveryPreferenceInput::read),
            wallet: self.wallet,
        }
    }
}

/// How a buyer prefers things to be delivered.
#[derive(InputObject)]
pub struct CartDeliveryPreferenceInput {
    /// Where the buyer is.
    pub coordinates: Option<CartDeliveryCoordinatesPreferenceInput>,
    /// The ways, best first.
    pub delivery_method: Option<Vec<PreferenceDeliveryMethodType>>,
    /// Places to pick things up.
    pub pickup_handle: Option<Vec<String>>,
}

impl CartDeliveryPreferenceInput {
    fn read(self) -> DeliveryPreference {
        let methods = self.delivery_method.unwrap_or_default();
        DeliveryPreference {
            methods: methods.into_iter().map(Into::into).collect(),
            pickup_handles: self.pickup_handle.unwrap_or_default(),
            coordinates: self.coordinates.map(|place| Coordinates {
                country: place.country_code.code().to_owned(),
                latitude: place.latitude,
                longitude: place.longitude,
            }),
        }
    }
}

/// Where a buyer is.
#[derive(InputObject)]
pub struct CartDeliveryCoordinatesPreferenceInput {
    /// The country.
    pub country_code: CountryCode,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A field for the merchant.
#[derive(InputObject)]
pub struct CartInputMetafieldInput {
    /// Its name.
    pub key: String,
    /// What kind of value it has.
    #[graphql(name = "type")]
    pub kind: String,
    /// Its value.
    pub value: String,
}

fn read_metafields(given: Vec<CartInputMetafieldInput>) -> Vec<MetafieldDraft> {
    let draft = |field: CartInputMetafieldInput| MetafieldDraft {
        key: field.key,
        kind: field.kind,
        value: field.value,
    };
    given.into_iter().map(draft).collect()
}

/// A line to put in.
#[derive(InputObject)]
pub struct CartLineInput {
    /// The buyer's notes.
    pub attributes: Option<Vec<AttributeInput>>,
    /// What is bought.
    pub merchandise_id: ID,
    /// The line it belongs to.
    pub parent: Option<CartLineParentInput>,
    /// How many.
    #[graphql(default_with = "Some(1)")]
    pub quantity: Option<i32>,
    /// The plan it is sold on.
    pub selling_plan_id: Option<ID>,
}

/// The line that another belongs to.
#[derive(InputObject)]
pub struct CartLineParentInput {
    /// That line.
    pub line_id: Option<ID>,
    /// What that line holds.
    pub merchandise_id: Option<ID>,
}

/// Reads lines to put in.
pub(super) fn read_lines(inputs: Vec<CartLineInput>) -> Vec<LineDraft> {
    let read = |input: CartLineInput| LineDraft {
        merchandise_id: input.merchandise_id.0,
        quantity: input.quantity.unwrap_or(1),
        attributes: attribute::read(input.attributes.unwrap_or_default()),
        selling_plan: input.selling_plan_id.is_some(),
        parent: input.parent.is_some(),
    };
    inputs.into_iter().map(read).collect()
}

/// A change of a line; what is not given stays.
#[derive(InputObject)]
pub struct CartLineUpdateInput {
    /// Other notes.
    pub attributes: Option<Vec<AttributeInput>>,
    /// The line.
    pub id: ID,
    /// Something else to buy.
    pub merchandise_id: Option<ID>,
    /// Another quantity; zero removes the line.
    pub quantity: Option<i32>,
    /// The plan it is sold on.
    pub selling_plan_id: Option<ID>,
}

impl CartLineUpdateInput {
    pub(super) fn read(self) -> LineEdit {
        LineEdit {
            id: read_line_id(&self.id),
            merchandise_id: self.merchandise_id.map(|id| id.0),
            quantity: self.quantity,
            attributes: self.attributes.map(attribute::read),
            selling_plan: self.selling_plan_id.is_some(),
        }
    }
}

/// The line that an id names; `None` for any other text.
pub(super) fn read_line_id(id: &ID) -> Option<Uuid> {
    let gid = Gid::parse(id)?;
    matches!(gid.kind, "CartLine" | "ComponentizableCartLine").then(|| gid.uuid())?
}

/// Where a cart may be delivered.
#[derive(InputObject)]
pub struct CartDeliveryInput {
    /// The addresses to choose from.
    pub addresses: Option<Vec<CartSelectableAddressInput>>,
}

/// An address to choose.
#[derive(InputObject)]
pub struct CartSelectableAddressInput {
    /// The address.
    pub address: CartAddressInput,
    /// Whether it must not be kept in the buyer's address book.
    pub one_time_use: Option<bool>,
    /// Whether the parcel goes there.
    pub selected: Option<bool>,
    /// How much of it must be there already.
    #[graphql(default_with = "Some(DeliveryAddressValidationStrategy::CountryCodeOnly)")]
    pub validation_strategy: Option<DeliveryAddressValidationStrategy>,
}

/// Reads addresses to choose from.
pub(super) fn read_addresses(inputs: Vec<CartSelectableAddressInput>) -> Vec<AddressDraft> {
    let read = |input: CartSelectableAddressInput| AddressDraft {
        address: input.address.read(),
        selected: input.selected,
        one_time_use: input.one_time_use.unwrap_or(false),
        strict: input.validation_strategy == Some(DeliveryAddressValidationStrategy::Strict),
    };
    inputs.into_iter().map(read).collect()
}

/// A change of an address to choose; what is not given stays.
#[derive(InputObject)]
pub struct CartSelectableAddressUpdateInput {
    /// Another address.
    pub address: Option<CartAddressInput>,
    /// The address.
    pub id: ID,
    /// Whether it must not be kept in the buyer's address book.
    pub one_time_use: Option<bool>,
    /// Whether the parcel goes there.
    pub selected: Option<bool>,
    /// How much of it must be there already.
    #[graphql(default_with = "Some(DeliveryAddressValidationStrategy::CountryCodeOnly)")]
    pub validation_strategy: Option<DeliveryAddressValidationStrategy>,
}

impl CartSelectableAddressUpdateInput {
    pub(super) fn read(self) -> AddressEdit {
        AddressEdit {
            id: read_address_id(&self.id),
            address: self.address.map(CartAddressInput::read),
            selected: self.selected,
            one_time_use: self.one_time_use,
            strict: self.validation_strategy == Some(DeliveryAddressValidationStrategy::Strict),
        }
    }
}

/// The address that an id names; `None` for any other text.
pub(super) fn read_address_id(id: &ID) -> Option<Uuid> {
    let gid = Gid::parse(id)?;
    (gid.kind == "CartSelectableAddress").then(|| gid.uuid())?
}

/// An address of whatever kind.
#[derive(InputObject)]
pub struct CartAddressInput {
    /// An address of the address book of the cart's customer, as it is now.
    pub copy_from_customer_address_id: Option<ID>,
    /// A postal address; it goes before one that is copied.
    pub delivery_address: Option<CartDeliveryAddressInput>,
}

impl CartAddressInput {
    fn read(self) -> GivenAddress {
        match (self.delivery_address, self.copy_from_customer_address_id) {
            (Some(written), _) => GivenAddress::Written(Box::new(written.into())),
            (None, Some(id)) => GivenAddress::OfCustomer(ids::read(&id)),
            (None, None) => GivenAddress::Missing,
        }
    }
}

/// A postal address to deliver to.
#[derive(InputObject)]
pub struct CartDeliveryAddressInput {
    /// Street and number.
    pub address1: Option<String>,
    /// Apartment, floor or building.
    pub address2: Option<String>,
    /// City, town or village.
    pub city: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// The country's code.
    pub country_code: Option<CountryCode>,
    /// The person's first name.
    pub first_name: Option<String>,
    /// The person's last name.
    pub last_name: Option<String>,
    /// A telephone number for the carrier.
    pub phone: Option<String>,
    /// The code of the state, province or region.
    pub province_code: Option<String>,
    /// The postal code.
    pub zip: Option<String>,
}

impl From<CartDeliveryAddressInput> for Address {
    fn from(input: CartDeliveryAddressInput) -> Self {
        Self {
            first_name: input.first_name,
            last_name: input.last_name,
            company: input.company,
            address1: input.address1,
            address2: input.address2,
            city: input.city,
            province: input.province_code,
            country: input.country_code.and_then(country_code),
            zip: input.zip,
            phone: input.phone,
        }
    }
}

/// How much of an address must be there already.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryAddressValidationStrategy {
    /// The country.
    CountryCodeOnly,
    /// All that a parcel needs.
    Strict,
}

/// A choice of delivery.
#[derive(InputObject)]
pub struct CartSelectedDeliveryOptionInput {
    /// The parcel.
    pub delivery_group_id: ID,
    /// The way it travels.
    pub delivery_option_handle: String,
}

/// How the buyer pays: exactly one of the methods.
#[derive(InputObject)]
pub struct CartPaymentInput {
    /// What the buyer agrees to pay.
    pub amount: MoneyInput,
    /// With a card from the vault.
    pub direct_payment_method: Option<CartDirectPaymentMethodInput>,
    /// Nothing is due.
    pub free_payment_method: Option<CartFreePaymentMethodInput>,
    /// Names where the payment came from; not kept.
    pub source_identifier: Option<String>,
    /// With a wallet; none is supported.
    pub wallet_payment_method: Option<CartWalletPaymentMethodInput>,
}

impl CartPaymentInput {
    pub(super) fn read(self) -> PaymentDraft {
        let method = match (
            self.direct_payment_method,
            self.free_payment_method,
            self.wallet_payment_method,
        ) {
            (Some(direct), None, None) => Some(PaymentMethod::Card {
                session: direct.session_id,
                billing_address: direct.billing_address.into(),
            }),
            (None, Some(free), None) => Some(PaymentMethod::Free {
                billing_address: free.billing_address.into(),
            }),
            (None, None, Some(_)) => Some(PaymentMethod::Wallet),
            _ => None,
        };
        PaymentDraft {
            amount: self.amount.amount.0,
            currency: self.amount.currency_code.code().to_owned(),
            method,
        }
    }
}

/// With a card from the vault.
#[derive(InputObject)]
pub struct CartDirectPaymentMethodInput {
    /// Whether the buyer accepted the terms of a subscription.
    #[graphql(default_with = "Some(false)")]
    pub accepted_subscription_terms: Option<bool>,
    /// Where the invoice goes.
    pub billing_address: MailingAddressInput,
    /// Where the card comes from.
    pub card_source: Option<CartCardSource>,
    /// The vault's name for the card.
    pub session_id: String,
}

/// Where a card comes from.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartCardSource {
    /// The buyer's account.
    SavedCreditCard,
}

/// Nothing is due.
#[derive(InputObject)]
pub struct CartFreePaymentMethodInput {
    /// Where the invoice goes.
    pub billing_address: MailingAddressInput,
}

/// With a wallet.
#[derive(InputObject)]
pub struct CartWalletPaymentMethodInput {
    /// Apple Pay's.
    pub apple_pay_wallet_content: Option<ApplePayWalletContentInput>,
    /// Shop Pay's.
    pub shop_pay_wallet_content: Option<ShopPayWalletContentInput>,
}

/// What Apple Pay gives.
#[derive(InputObject)]
pub struct ApplePayWalletContentInput {
    /// Where the invoice goes.
    pub billing_address: MailingAddressInput,
    /// The encrypted payment.
    pub data: String,
    /// What opens it.
    pub header: ApplePayWalletHeaderInput,
    /// The card's last digits.
    pub last_digits: Option<String>,
    /// The signature.
    pub signature: String,
    /// Apple Pay's version.
    pub version: String,
}

/// What opens an encrypted payment.
#[derive(InputObject)]
pub struct ApplePayWalletHeaderInput {
    /// The application's hash.
    pub application_data: Option<String>,
    /// The passing key.
    pub ephemeral_public_key: String,
    /// The merchant key's hash.
    pub public_key_hash: String,
    /// The transaction.
    pub transaction_id: String,
}

/// What Shop Pay gives.
#[derive(InputObject)]
pub struct ShopPayWalletContentInput {
    /// Where the invoice goes.
    pub billing_address: MailingAddressInput,
    /// The session.
    pub session_token: String,
}
