//! Postal addresses.

use async_graphql::{ID, InputObject, Object, Union};
use commerce::kernel::Address;

use crate::codes::CountryCode;

/// A postal address.
#[derive(Clone, Debug)]
pub struct MailingAddress {
    /// Names it.
    pub id: ID,
    /// The address.
    pub address: Address,
}

/// The country's code and English name.
pub(super) fn country_of(address: &Address) -> Option<CountryCode> {
    CountryCode::from_code(address.country.as_deref()?)
}

#[Object]
impl MailingAddress {
    /// Names the address.
    pub async fn id(&self) -> ID {
        self.id.clone()
    }

    /// Street and number.
    async fn address1(&self) -> Option<&str> {
        self.address.address1.as_deref()
    }

    /// Apartment, floor or building.
    async fn address2(&self) -> Option<&str> {
        self.address.address2.as_deref()
    }

    /// City, town or village.
    async fn city(&self) -> Option<&str> {
        self.address.city.as_deref()
    }

    /// The company.
    async fn company(&self) -> Option<&str> {
        self.address.company.as_deref()
    }

    /// The country's name.
    async fn country(&self) -> Option<&str> {
        country_of(&self.address).map(CountryCode::name)
    }

    /// The country's code.
    #[graphql(deprecation = "Ask for `countryCodeV2`.")]
    async fn country_code(&self) -> Option<&str> {
        self.address.country.as_deref()
    }

    /// The country's code.
    async fn country_code_v2(&self) -> Option<CountryCode> {
        country_of(&self.address)
    }

    /// The person's first name.
    async fn first_name(&self) -> Option<&str> {
        self.address.first_name.as_deref()
    }

    /// The lines as they stand on a label.
    async fn formatted(
        &self,
        #[graphql(desc = "With the person's name.", default_with = "Some(false)")]
        with_name: Option<bool>,
        #[graphql(desc = "With the company.", default_with = "Some(true)")] with_company: Option<
            bool,
        >,
    ) -> Vec<String> {
        formatted(&self.address, with_name, with_company)
    }

    /// City, province and country in one line.
    async fn formatted_area(&self) -> Option<String> {
        let country = country_of(&self.address).map(CountryCode::name);
        self.address.area(country)
    }

    /// The person's last name.
    async fn last_name(&self) -> Option<&str> {
        self.address.last_name.as_deref()
    }

    /// Degrees north; addresses are not located here.
    async fn latitude(&self) -> Option<f64> {
        None
    }

    /// Degrees east; addresses are not located here.
    async fn longitude(&self) -> Option<f64> {
        None
    }

    /// First and last name.
    async fn name(&self) -> Option<String> {
        self.address.name()
    }

    /// A telephone number for the carrier.
    async fn phone(&self) -> Option<&str> {
        self.address.phone.as_deref()
    }

    /// State, province or region.
    async fn province(&self) -> Option<&str> {
        self.address.province.as_deref()
    }

    /// Its code.
    async fn province_code(&self) -> Option<&str> {
        self.address.province.as_deref()
    }

    /// The postal code.
    async fn zip(&self) -> Option<&str> {
        self.address.zip.as_deref()
    }
}

/// The lines of a label.
pub(super) fn formatted(
    address: &Address,
    with_name: Option<bool>,
    with_company: Option<bool>,
) -> Vec<String> {
    address.lines(
        country_of(address).map(CountryCode::name),
        with_name.unwrap_or(false),
        with_company.unwrap_or(true),
    )
}

/// An address that a buyer prefers.
#[derive(Union)]
pub enum DeliveryAddress {
    /// A postal address.
    MailingAddress(MailingAddress),
}

/// A postal address, as a client gives it.
#[derive(InputObject, Clone, Debug)]
pub struct MailingAddressInput {
    /// Street and number.
    pub address1: Option<String>,
    /// Apartment, floor or building.
    pub address2: Option<String>,
    /// City, town or village.
    pub city: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// The country: its code or its English name.
    pub country: Option<String>,
    /// The person's first name.
    pub first_name: Option<String>,
    /// The person's last name.
    pub last_name: Option<String>,
    /// A telephone number for the carrier.
    pub phone: Option<String>,
    /// State, province or region.
    pub province: Option<String>,
    /// The postal code.
    pub zip: Option<String>,
}

impl From<MailingAddressInput> for Address {
    /// A country that nobody knows stays as it was written, and is refused where it is checked.
    fn from(input: MailingAddressInput) -> Self {
        let country = input.country.map(|text| {
            let text = text.trim().to_owned();
            CountryCode::from_code(&text.to_uppercase())
                .or_else(|| CountryCode::from_name(&text))
                .map_or(text, |code| code.code().to_owned())
        });
        Self {
            first_name: input.first_name,
            last_name: input.last_name,
            company: input.company,
            address1: input.address1,
            address2: input.address2,
            city: input.city,
            province: input.province,
            country: country.filter(|text| !text.is_empty()),
            zip: input.zip,
            phone: input.phone,
        }
    }
}
