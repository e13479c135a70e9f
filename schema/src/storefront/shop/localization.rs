//! Where the shop sells, in which languages it can be read and what is paid in.

use async_graphql::resolver_utils::EnumType;
use async_graphql::{Context, Enum, ID, Object, Result};
use commerce::kernel::{Fault, Id, country as countries, id};
use commerce::market;
use commerce::shipping::{self, Zone};
use std::collections::HashMap;
use std::sync::Arc;

use super::payment_settings::country;
use crate::codes::{CountryCode, CurrencyCode, LanguageCode};
use crate::context::ContextExt;
use crate::ids;
use crate::loaders::{Batch, Reads};
use crate::storefront::address::language;
use crate::storefront::content::loads::the_shop;
use crate::storefront::metafield::{HasMetafieldsIdentifier, Metafield, Metafields, none_of};
use crate::storefront::{exchange, translation};

/// Where the shop sells, and the place that this request is made for.
pub struct Localization {
    countries: Vec<CountryCode>,
    country: CountryCode,
    currency: CurrencyCode,
}

impl Localization {
    pub(super) async fn of(ctx: &Context<'_>) -> Result<Self> {
        let shop = the_shop(ctx).await?;
        let own = country(&shop.country)?;
        let mut countries = delivered_to(ctx).await?;
        if countries.is_empty() {
            countries.push(own);
        }
        let asked = ctx
            .session()
            .place
            .country
            .filter(|asked| countries.contains(asked));
        Ok(Self {
            country: asked.unwrap_or(own),
            countries,
            currency: shop.currency.into(),
        })
    }

    fn country(&self, code: CountryCode) -> Country {
        Country {
            code,
            currency: self.currency,
            shown: None,
        }
    }
}

#[Object(cache_control(max_age = 300))]
impl Localization {
    /// The countries that the shop sells to.
    async fn available_countries(&self) -> Vec<Country> {
        self.countries
            .iter()
            .map(|code| self.country(*code))
            .collect()
    }

    /// The languages of the buyer's country.
    async fn available_languages(&self, ctx: &Context<'_>) -> Result<Vec<Language>> {
        all_languages(ctx).await
    }

    /// The country that this request is made for.
    #[graphql(name = "country")]
    async fn active_country(&self, ctx: &Context<'_>) -> Result<Country> {
        let list = exchange::price_list(ctx).await?;
        let shown = list.map_or(self.currency, |list| list.exchange.to.into());
        let country = self.country(self.country);
        Ok(Country {
            shown: Some(shown),
            ..country
        })
    }

    /// The language that this request is answered in.
    async fn language(&self, ctx: &Context<'_>) -> Result<Language> {
        let known = translation::languages(ctx).await?;
        let asked = ctx.session().place.language;
        let asked = asked.filter(|language| known.contains(language));
        Ok(Language(asked.unwrap_or(translation::OWN)))
    }

    /// The market of the buyer's country.
    #[graphql(deprecation = "markets are the merchant's affair")]
    async fn market(&self, ctx: &Context<'_>) -> Result<Market> {
        market_of(ctx, self.country).await?.ok_or_else(no_market)
    }
}

/// A country that the shop sells to.
pub struct Country {
    code: CountryCode,
    currency: CurrencyCode,
    /// What the amounts of this answer are in, of the country that it is made for.
    shown: Option<CurrencyCode>,
}

#[Object]
impl Country {
    /// The languages that the shop can be read in there.
    async fn available_languages(&self, ctx: &Context<'_>) -> Result<Vec<Language>> {
        all_languages(ctx).await
    }

    /// What buyers pay in there.
    async fn currency(&self, ctx: &Context<'_>) -> Result<Currency> {
        if let Some(shown) = self.shown {
            return Ok(Currency(shown));
        }
        let markets = ctx.load(TheMarkets).await?.unwrap_or_default();
        let market = market::of_country(&markets, self.code.code());
        let own = market.and_then(|market| market.currency);
        Ok(Currency(own.map_or(self.currency, CurrencyCode::from)))
    }

    /// The language that is answered in when none is asked for.
    async fn default_language(&self) -> Language {
        Language(translation::OWN)
    }

    /// Its code.
    async fn iso_code(&self) -> CountryCode {
        self.code
    }

    /// The market it belongs to.
    #[graphql(deprecation = "markets are the merchant's affair")]
    async fn market(&self, ctx: &Context<'_>) -> Result<Option<Market>> {
        market_of(ctx, self.code).await
    }

    /// The country's name, in the language of the request.
    async fn name(&self, ctx: &Context<'_>) -> &str {
        countries::name(self.code.code(), language(ctx)).unwrap_or(self.code.name())
    }

    /// How weights and lengths are measured there.
    async fn unit_system(&self) -> UnitSystem {
        match self.code {
            CountryCode::Us | CountryCode::Lr | CountryCode::Mm => UnitSystem::ImperialSystem,
            _ => UnitSystem::MetricSystem,
        }
    }
}

/// How weights and lengths are measured.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitSystem {
    /// Pounds and inches.
    ImperialSystem,
    /// Kilograms and metres.
    MetricSystem,
}

/// The languages that the shop can be read in, its own first.
async fn all_languages(ctx: &Context<'_>) -> Result<Vec<Language>> {
    let known = translation::languages(ctx).await?;
    Ok(known.iter().copied().map(Language).collect())
}

/// A language that the shop can be read in.
pub struct Language(LanguageCode);

#[Object]
impl Language {
    /// Its name in itself.
    async fn endonym_name(&self) -> &str {
        self.0.endonym()
    }

    /// Its code.
    async fn iso_code(&self) -> LanguageCode {
        self.0
    }

    /// Its name in English.
    async fn name(&self) -> &str {
        self.0.name()
    }
}

/// A currency.
pub struct Currency(CurrencyCode);

#[Object]
impl Currency {
    /// Its code.
    async fn iso_code(&self) -> CurrencyCode {
        self.0
    }

    /// Its name in English.
    async fn name(&self) -> &str {
        self.0.name()
    }

    /// The sign that stands for it.
    async fn symbol(&self) -> &str {
        self.0.symbol()
    }
}

/// Countries that are sold to alike.
#[derive(Clone)]
pub struct Market(market::Market);

/// The market with this id.
pub(crate) async fn market(ctx: &Context<'_>, id: Id<id::Market>) -> Result<Option<Market>> {
    let markets = ctx.load(TheMarkets).await?.unwrap_or_default();
    let mut markets = markets.iter();
    Ok(markets.find(|market| market.id == id).cloned().map(Market))
}

/// The currencies of markets, in the order in which these were made.
pub(super) async fn currencies(ctx: &Context<'_>) -> Result<Vec<CurrencyCode>> {
    let markets = ctx.load(TheMarkets).await?.unwrap_or_default();
    let currencies = markets.iter().filter_map(|market| market.currency);
    Ok(currencies.map(CurrencyCode::from).collect())
}

/// The market that a country is in.
async fn market_of(ctx: &Context<'_>, country: CountryCode) -> Result<Option<Market>> {
    let markets = ctx.load(TheMarkets).await?.unwrap_or_default();
    let found = market::of_country(&markets, country.code());
    Ok(found.cloned().map(Market))
}

fn no_market() -> async_graphql::Error {
    Fault::Inconsistent("no market is for the rest of the world".to_owned()).into()
}

#[Object]
impl Market {
    /// Its name to programs.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        #[graphql(desc = "Its namespace.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Option<Metafield> {
        let _none_are_kept = (namespace, key);
        None
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Metafields {
        none_of(&identifiers)
    }
}

/// Where the shop delivers, read once in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct TheZones;

impl Batch for TheZones {
    type Value = Arc<Vec<Zone>>;

    async fn load(reads: &Reads, _: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let zones = shipping::zones(&mut *reads.conn().await?).await?;
        Ok(HashMap::from([(Self, Arc::new(zones))]))
    }
}

/// The shop's markets, read once in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct TheMarkets;

impl Batch for TheMarkets {
    type Value = Arc<Vec<market::Market>>;

    async fn load(reads: &Reads, _: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let markets = market::markets(&mut *reads.conn().await?).await?;
        Ok(HashMap::from([(Self, Arc::new(markets))]))
    }
}

/// The countries that the shop delivers to, in the order of their codes. A zone without countries is
/// the rest of the world.
pub(super) async fn delivered_to(ctx: &Context<'_>) -> Result<Vec<CountryCode>> {
    let zones = ctx.load(TheZones).await?.unwrap_or_default();
    let is_reached = |code: CountryCode| zones.iter().any(|zone| zone.reaches(code.code()));
    let known = CountryCode::items().iter().map(|item| item.value);
    Ok(known
        .filter(|code| *code != CountryCode::Zz && is_reached(*code))
        .collect())
}
