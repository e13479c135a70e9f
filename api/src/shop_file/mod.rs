//! The shop file: everything about a shop that a product CSV cannot say, as JSON. `docs/shop-file.md`
//! describes it for merchants.
//!
//! A section that the file has makes that part of the shop what it says; a section that it leaves out
//! stays as it is. Nothing is taken over from a file with a mistake in it.

mod blogs;
mod brand;
mod check;
mod delivery;
mod goods;
mod made_up;
mod markets;
mod menus;
mod pictures;
mod places;
mod translations;
mod words;

pub use self::check::Mistakes;

use anyhow::{Context, bail};
use commerce::content::draft::ShopDraft;
use commerce::flows::arrange_shop::Arrangement;
use commerce::kernel::{Currency, TimeZone};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use self::blogs::{AuthorFile, BlogFile};
use self::brand::BrandFile;
use self::check::Check;
use self::delivery::{ProfileFile, ShippingFile};
use self::goods::CollectionFile;
use self::made_up::{FieldDefinitionFile, FileFile, KindFile, MetafieldFile};
use self::markets::{DutyFile, MarketFile, TaxFile};
use self::menus::MenuFile;
use self::pictures::{MediumFile, SwatchFile};
use self::places::LocationFile;
use self::translations::LanguageFile;
use self::words::{PageFile, PolicyFile};

/// What a shop file says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopFile {
    name: Option<String>,
    description: Option<String>,
    currency: Option<Currency>,
    country: Option<String>,
    primary_domain: Option<String>,
    email: Option<String>,
    money_format: Option<String>,
    time_zone: Option<String>,
    /// By which clocks its days begin where it names none.
    #[serde(skip)]
    held_zone: TimeZone,
    brand: Option<BrandFile>,
    policies: Option<IndexMap<String, PolicyFile>>,
    markets: Option<Vec<MarketFile>>,
    taxes: Option<Vec<TaxFile>>,
    duties: Option<Vec<DutyFile>>,
    shipping: Option<ShippingFile>,
    delivery_profiles: Option<Vec<ProfileFile>>,
    media: Option<Vec<MediumFile>>,
    swatches: Option<Vec<SwatchFile>>,
    collections: Option<Vec<CollectionFile>>,
    pages: Option<Vec<PageFile>>,
    authors: Option<Vec<AuthorFile>>,
    blogs: Option<Vec<BlogFile>>,
    locations: Option<Vec<LocationFile>>,
    files: Option<Vec<FileFile>>,
    metaobjects: Option<Vec<KindFile>>,
    metafield_definitions: Option<Vec<FieldDefinitionFile>>,
    metafields: Option<Vec<MetafieldFile>>,
    menus: Option<Vec<MenuFile>>,
    translations: Option<Vec<LanguageFile>>,
}

impl ShopFile {
    /// Reads a file's text.
    ///
    /// # Errors
    /// Where the text is not JSON of the described form, with line and column.
    pub fn read(text: &str) -> anyhow::Result<Self> {
        let unlike = "the file is not as docs/shop-file.md describes it";
        let value: Value = serde_json::from_str(text).context(unlike)?;
        if let Some(place) = check::null_character(&value, "") {
            bail!("`{place}` contains the character U+0000, which cannot be stored");
        }
        // From the text once more: its faults are told by line and column.
        serde_json::from_str(text).context(unlike)
    }

    /// The file as one of a shop that has a time zone already.
    #[must_use]
    pub fn in_zone(mut self, held: TimeZone) -> Self {
        self.held_zone = held;
        self
    }

    /// The shop itself; `None` when the file does not say who it is.
    ///
    /// # Errors
    /// [`Mistakes`] when it says some of it, but not all.
    pub fn shop(&self) -> Result<Option<ShopDraft>, Mistakes> {
        let mut check = Check::default();
        let texts = [
            ("name", &self.name),
            ("description", &self.description),
            ("country", &self.country),
            ("primary_domain", &self.primary_domain),
            ("email", &self.email),
        ];
        let says_how = self.money_format.is_some() || self.brand.is_some();
        let says_who = self.currency.is_some() || texts.iter().any(|(_, text)| text.is_some());
        if !says_who && !says_how {
            return Ok(None);
        }
        let mut missing: Vec<&str> = texts
            .iter()
            .filter(|(_, text)| text.is_none())
            .map(|(name, _)| *name)
            .collect();
        missing.extend(self.currency.is_none().then_some("currency"));
        for name in missing {
            check.refuse(name, "is missing beside what the file says of the shop");
        }
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let mut home = text(&self.country);
        markets::country_code(&mut home);
        let draft = ShopDraft {
            name: text(&self.name),
            description: text(&self.description),
            currency: self.currency.unwrap_or(Currency::USD),
            country: home,
            primary_domain_url: text(&self.primary_domain),
            email: text(&self.email),
            money_format: self.money_format.clone(),
            brand: self
                .brand
                .as_ref()
                .map(|brand| brand.draft(&mut check))
                .unwrap_or_default(),
        };
        if let Some(format) = &draft.money_format {
            brand::money_format(format, &mut check);
        }
        check.title("name", &draft.name);
        check.address("primary_domain", &draft.primary_domain_url);
        if draft.primary_domain_url.matches('/').count() != 2 {
            check.refuse("primary_domain", "may have no path and no slash at its end");
        }
        markets::country("country", &draft.country, &mut check);
        check.finish()?;
        Ok(Some(draft))
    }

    /// Everything that the file says; its amounts are in `held` unless it names a currency.
    ///
    /// # Errors
    /// [`Mistakes`], all of them.
    pub fn arrangement(self, held: Option<Currency>) -> anyhow::Result<Arrangement> {
        let shop = self.shop()?;
        let mut check = Check::default();
        let check = &mut check;
        let time_zone = self.time_zone.and_then(|name| {
            let zone = name.parse::<TimeZone>();
            zone.map_err(|error| check.refuse("time_zone", error)).ok()
        });
        check.zone = time_zone.unwrap_or(self.held_zone);
        let currency = self.currency.or(held);
        let zones = self
            .shipping
            .map(|shipping| shipping.drafts(currency, check));
        let profiles = self
            .delivery_profiles
            .map(|files| delivery::profiles(files, currency, check));
        let definitions = self
            .metafield_definitions
            .map(|files| made_up::definitions(files, check));
        let defined = definitions.as_deref().unwrap_or_default();
        let arrangement = Arrangement {
            shop,
            time_zone,
            policies: self
                .policies
                .map(|policies| words::policies(policies, check)),
            markets: self.markets.map(|files| markets::markets(files, check)),
            taxes: self.taxes.map(|files| markets::taxes(files, check)),
            duties: self
                .duties
                .map(|files| markets::duties(files, currency, check)),
            zones,
            profiles,
            media: self.media.map(|files| pictures::media(files, check)),
            swatches: self.swatches.map(|files| pictures::swatches(files, check)),
            collections: self
                .collections
                .map(|files| goods::collections(files, currency, check)),
            pages: self.pages.map(|files| words::pages(files, check)),
            authors: self.authors.map(|files| blogs::authors(files, check)),
            blogs: self.blogs.map(|files| blogs::blogs(files, check)),
            locations: self.locations.map(|files| places::locations(files, check)),
            files: self.files.map(|files| made_up::files(files, check)),
            metaobjects: self
                .metaobjects
                .map(|files| made_up::metaobjects(files, check)),
            metafields: self
                .metafields
                .map(|files| made_up::metafields(files, defined, check)),
            metafield_definitions: definitions.clone(),
            menus: self.menus.map(|files| menus::menus(files, check)),
            translations: self
                .translations
                .map(|files| translations::translations(files, check)),
            dimensions: Vec::new(),
        };
        std::mem::take(check).finish()?;
        Ok(arrangement)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeoFile {
    title: Option<String>,
    description: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ImageFile {
    src: String,
    alt: Option<String>,
}

impl ImageFile {
    fn draft(self, place: &str, check: &mut Check) -> commerce::catalog::draft::ImageDraft {
        check.address(&format!("{place}.src"), &self.src);
        commerce::catalog::draft::ImageDraft {
            url: self.src,
            alt: self.alt,
            position: 1,
        }
    }
}

fn seo(file: Option<SeoFile>) -> (Option<String>, Option<String>) {
    file.map_or((None, None), |seo| (seo.title, seo.description))
}
