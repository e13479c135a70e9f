//! Postal addresses.

use async_graphql::{Context, ID, InputObject, Object, Union};
use commerce::kernel::{Address, country, postal};

use crate::codes::{CountryCode, LanguageCode};
use crate::context::ContextExt;

/// A postal address.
#[derive(Clone, Debug)]
pub struct MailingAddress {
    /// Names it.
    pub id: ID,
    /// The address.
    pub address: Address,
}

/// The language that the answer is read in, as far as the request says.
pub(super) fn language(ctx: &Context<'_>) -> Option<&'static str> {
    ctx.session().place.language.map(LanguageCode::code)
}

/// The country of an address.
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

    /// The country's name, in the language of the request.
    async fn country(&self, ctx: &Context<'_>) -> Option<&str> {
        country::name(self.address.country.as_deref()?, language(ctx))
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

    /// The lines as they stand on a label, in the order of the country.
    async fn formatted(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With the person's name.", default_with = "Some(false)")]
        with_name: Option<bool>,
        #[graphql(desc = "With the company.", default_with = "Some(true)")] with_company: Option<
            bool,
        >,
    ) -> Vec<String> {
        formatted(ctx, &self.address, with_name, with_company)
    }

    /// City, province and country in one line.
    async fn formatted_area(&self, ctx: &Context<'_>) -> Option<String> {
        postal::area(&self.address, language(ctx))
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

    /// The name of the state, province or region.
    async fn province(&self) -> Option<&str> {
        province_name(&self.address)
    }

    /// The code of the state, province or region.
    async fn province_code(&self) -> Option<String> {
        province_code(&self.address)
    }

    /// The postal code.
    async fn zip(&self) -> Option<&str> {
        self.address.zip.as_deref()
    }
}

/// The province's name, where its country's are known; otherwise what was written.
pub(super) fn province_name(address: &Address) -> Option<&str> {
    let given = address.province.as_deref()?;
    let country = address.country.as_deref().unwrap_or_default();
    Some(postal::province_name(country, given).unwrap_or(given))
}

/// The province's code; none for a name that leads to none.
pub(super) fn province_code(address: &Address) -> Option<String> {
    let country = address.country.as_deref().unwrap_or_default();
    postal::province(country, address.province.as_deref()?)
}

/// The lines of a label.
pub(super) fn formatted(
    ctx: &Context<'_>,
    address: &Address,
    with_name: Option<bool>,
    with_company: Option<bool>,
) -> Vec<String> {
    postal::lines(
        address,
        language(ctx),
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
    /// The country: its code or its name.
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
    /// The country stays as it was written, and is read or refused where it is checked.
    fn from(input: MailingAddressInput) -> Self {
        Self {
            first_name: input.first_name,
            last_name: input.last_name,
            company: input.company,
            address1: input.address1,
            address2: input.address2,
            city: input.city,
            province: input.province,
            country: input.country,
            zip: input.zip,
            phone: input.phone,
        }
    }
}
