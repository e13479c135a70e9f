//! Where buyers may fetch what they buy.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use commerce::cache::Tag;
use commerce::content::metafields::Owner;
use commerce::inventory::locations::{self, LocationListing, LocationSort, Spot};
use commerce::kernel::{Address, Failure, country, postal};

use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;
use crate::storefront::address::{language, province_code, province_name};
use crate::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield, Metafields};

/// A place on the earth.
#[derive(InputObject)]
pub struct GeoCoordinateInput {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl GeoCoordinateInput {
    /// The place, if there is such a one on the earth.
    pub(crate) fn spot(&self) -> Result<Spot> {
        if !(-90.0..=90.0).contains(&self.latitude) || !(-180.0..=180.0).contains(&self.longitude) {
            let what =
                "`near` must have a `latitude` of -90 to 90 and a `longitude` of -180 to 180";
            return Err(invalid_argument(what));
        }
        Ok(Spot {
            latitude: format!("{:.6}", self.latitude),
            longitude: format!("{:.6}", self.longitude),
        })
    }
}

/// A place where buyers may fetch what they buy.
#[derive(Clone)]
pub struct Location(pub Arc<locations::Location>);

#[Object(cache_control(max_age = 300))]
impl Location {
    /// Where it is.
    async fn address(&self) -> LocationAddress {
        LocationAddress(Arc::clone(&self.0))
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace; `custom` if missing.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        metafield::one(ctx, Owner::Location(self.0.id), namespace, key).await
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        metafield::several(ctx, Owner::Location(self.0.id), identifiers).await
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

/// Where a place is.
pub struct LocationAddress(Arc<locations::Location>);

impl LocationAddress {
    fn address(&self) -> Address {
        Address {
            address1: self.0.address1.clone(),
            address2: self.0.address2.clone(),
            city: self.0.city.clone(),
            province: self.0.province.clone(),
            country: self.0.country.clone(),
            zip: self.0.zip.clone(),
            ..Address::default()
        }
    }
}

#[Object]
impl LocationAddress {
    /// Street and number.
    async fn address1(&self) -> Option<&str> {
        self.0.address1.as_deref()
    }

    /// Apartment, floor or building.
    async fn address2(&self) -> Option<&str> {
        self.0.address2.as_deref()
    }

    /// City, town or village.
    async fn city(&self) -> Option<&str> {
        self.0.city.as_deref()
    }

    /// The country's name, in the language of the request.
    async fn country(&self, ctx: &Context<'_>) -> Option<&str> {
        country::name(self.0.country.as_deref()?, language(ctx))
    }

    /// The country's code.
    async fn country_code(&self) -> Option<&str> {
        self.0.country.as_deref()
    }

    /// The lines as they stand on a label, in the order of the country.
    async fn formatted(&self, ctx: &Context<'_>) -> Vec<String> {
        postal::lines(&self.address(), language(ctx), false, false)
    }

    /// Degrees north.
    async fn latitude(&self) -> Option<f64> {
        self.0.latitude
    }

    /// Degrees east.
    async fn longitude(&self) -> Option<f64> {
        self.0.longitude
    }

    /// A telephone number.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// The name of the state, province or region.
    async fn province(&self) -> Option<String> {
        province_name(&self.address()).map(str::to_owned)
    }

    /// The code of the state, province or region.
    async fn province_code(&self) -> Option<String> {
        province_code(&self.address())
    }

    /// The postal code.
    async fn zip(&self) -> Option<&str> {
        self.0.zip.as_deref()
    }
}

/// What places can be sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocationSortKeys {
    /// Their cities.
    City,
    /// How far they are from `near`; without it, their ids.
    Distance,
    /// Their ids.
    Id,
    /// Their names.
    Name,
}

/// Reads places.
#[derive(Default)]
pub struct LocationQuery;

#[Object]
impl LocationQuery {
    /// The places where buyers may fetch what they buy.
    async fn locations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Where distances are measured from.")] near: Option<GeoCoordinateInput>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(LocationSortKeys::Id)"
        )]
        sort_key: Option<LocationSortKeys>,
    ) -> Result<Connection<Location>> {
        let spot = near.map(|near| near.spot()).transpose()?;
        let sort = match (sort_key.unwrap_or(LocationSortKeys::Id), spot) {
            (LocationSortKeys::City, _) => LocationSort::City,
            (LocationSortKeys::Distance, Some(spot)) => LocationSort::Distance(spot),
            (LocationSortKeys::Name, _) => LocationSort::Name,
            (LocationSortKeys::Id | LocationSortKeys::Distance, _) => LocationSort::Id,
        };
        let listing = LocationListing {
            sort,
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::Content]);
        match locations::listing(&mut conn, &listing).await {
            Ok(page) => Ok(Connection::new(
                page,
                |(cursor, _)| cursor.clone(),
                |(_, row)| Location(row.into()),
            )),
            Err(Failure::Refused(refusal)) => Err(invalid_argument(refusal)),
            Err(Failure::Broken(fault)) => Err(fault.into()),
        }
    }
}
