//! `demo/shop.json`, read as what it says, and turned into drafts.

use anyhow::{Context, bail};
use commerce::catalog::draft::{CollectionDraft, ImageDraft};
use commerce::catalog::sanitize;
use commerce::content::draft::{
    MenuDraft, MenuItemDraft, PageDraft, PolicyDraft, ShopDraft, Target,
};
use commerce::flows::arrange_shop::Arrangement;
use commerce::kernel::{Currency, Money};
use commerce::shipping::Method;
use commerce::shipping::draft::{RateDraft, ZoneDraft};
use indexmap::IndexMap;
use serde::Deserialize;

/// Characters of a page's summary.
const SUMMARY: usize = 160;

#[derive(Debug, Deserialize)]
pub(super) struct ShopFile {
    name: String,
    description: String,
    currency: Currency,
    country: String,
    primary_domain: String,
    email: String,
    policies: IndexMap<String, PolicyFile>,
    shipping: ShippingFile,
    collections: Vec<CollectionFile>,
    menus: Vec<MenuFile>,
    pages: Vec<PageFile>,
}

#[derive(Debug, Deserialize)]
struct PolicyFile {
    handle: String,
    title: String,
    body_html: String,
}

#[derive(Debug, Deserialize)]
struct ShippingFile {
    zones: Vec<ZoneFile>,
}

#[derive(Debug, Deserialize)]
struct ZoneFile {
    name: String,
    countries: Vec<String>,
    #[serde(default)]
    provinces: Vec<String>,
    rates: Vec<RateFile>,
}

#[derive(Debug, Deserialize)]
struct RateFile {
    code: String,
    title: String,
    description: Option<String>,
    price: String,
    free_from: Option<String>,
    #[serde(default)]
    method: Method,
    subtotal_from: Option<String>,
    subtotal_below: Option<String>,
    #[serde(default)]
    grams_from: i64,
    grams_below: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct SeoFile {
    title: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ImageFile {
    src: String,
    alt: Option<String>,
}

#[derive(Debug, Deserialize)]
struct CollectionFile {
    handle: String,
    title: String,
    description_html: String,
    image: Option<ImageFile>,
    seo: Option<SeoFile>,
    products: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct MenuFile {
    handle: String,
    title: String,
    items: Vec<ItemFile>,
}

#[derive(Debug, Deserialize)]
struct ItemFile {
    title: String,
    #[serde(rename = "type")]
    kind: String,
    handle: Option<String>,
    url: Option<String>,
    #[serde(default)]
    items: Vec<ItemFile>,
}

#[derive(Debug, Deserialize)]
struct PageFile {
    handle: String,
    title: String,
    body_html: String,
    seo: Option<SeoFile>,
}

impl ShopFile {
    /// The shop row alone, which products need before they are imported.
    pub(super) fn shop(&self) -> ShopDraft {
        ShopDraft {
            name: self.name.clone(),
            description: self.description.clone(),
            currency: self.currency,
            country: self.country.clone(),
            primary_domain_url: self.primary_domain.clone(),
            email: self.email.clone(),
        }
    }

    /// Everything but the products.
    pub(super) fn arrangement(
        self,
        dimensions: Vec<(String, i32, i32)>,
    ) -> anyhow::Result<Arrangement> {
        let shop = self.shop();
        let zones = self
            .shipping
            .zones
            .into_iter()
            .map(|zone| zone.draft(shop.currency));
        let policies = self.policies.into_iter().map(|(kind, policy)| PolicyDraft {
            kind,
            handle: policy.handle,
            title: policy.title,
            body_html: sanitize::html(&policy.body_html),
        });
        Ok(Arrangement {
            zones: zones.collect::<anyhow::Result<_>>()?,
            policies: policies.collect(),
            collections: self
                .collections
                .into_iter()
                .map(CollectionFile::draft)
                .collect(),
            pages: self.pages.into_iter().map(PageFile::draft).collect(),
            menus: self
                .menus
                .into_iter()
                .map(MenuFile::draft)
                .collect::<anyhow::Result<_>>()?,
            shop,
            dimensions,
        })
    }
}

impl ZoneFile {
    fn draft(self, currency: Currency) -> anyhow::Result<ZoneDraft> {
        let is_rest = self.countries == ["*"];
        let rates = self.rates.into_iter().map(|rate| rate.draft(currency));
        Ok(ZoneDraft {
            provinces: self.provinces,
            rates: rates.collect::<anyhow::Result<_>>()?,
            countries: if is_rest { Vec::new() } else { self.countries },
            name: self.name,
        })
    }
}

impl RateFile {
    fn draft(self, currency: Currency) -> anyhow::Result<RateDraft> {
        let minor = |amount: Option<String>| -> anyhow::Result<Option<i64>> {
            let amount = amount.map(|amount| Money::parse(&amount, currency));
            Ok(amount.transpose()?.map(|amount| amount.minor))
        };
        Ok(RateDraft {
            code: self.code,
            title: self.title,
            description: self.description,
            price_minor: Money::parse(&self.price, currency)?.minor,
            free_from_minor: minor(self.free_from)?,
            method: self.method,
            subtotal_from_minor: minor(self.subtotal_from)?.unwrap_or(0),
            subtotal_below_minor: minor(self.subtotal_below)?,
            grams_from: self.grams_from,
            grams_below: self.grams_below,
        })
    }
}

impl CollectionFile {
    fn draft(self) -> CollectionDraft {
        let (seo_title, seo_description) = seo(self.seo);
        let description_html = sanitize::html(&self.description_html);
        CollectionDraft {
            handle: self.handle,
            title: self.title,
            description: sanitize::text(&description_html),
            description_html,
            image: self.image.map(|image| ImageDraft {
                url: image.src,
                alt: image.alt,
                position: 1,
            }),
            seo_title,
            seo_description,
            products: self.products,
        }
    }
}

impl PageFile {
    fn draft(self) -> PageDraft {
        let (seo_title, seo_description) = seo(self.seo);
        let body_html = sanitize::html(&self.body_html);
        PageDraft {
            handle: self.handle,
            title: self.title,
            body_summary: sanitize::summary(&sanitize::text(&body_html), SUMMARY),
            body_html,
            seo_title,
            seo_description,
        }
    }
}

impl MenuFile {
    fn draft(self) -> anyhow::Result<MenuDraft> {
        Ok(MenuDraft {
            items: items(self.items)?,
            handle: self.handle,
            title: self.title,
        })
    }
}

fn items(files: Vec<ItemFile>) -> anyhow::Result<Vec<MenuItemDraft>> {
    let draft = |item: ItemFile| {
        let missing = || format!("the menu item `{}` does not say where it leads", item.title);
        let handle = || item.handle.clone().with_context(missing);
        let target = match item.kind.as_str() {
            "FRONTPAGE" => Target::Frontpage,
            "CATALOG" => Target::Catalog,
            "SEARCH" => Target::Search,
            "COLLECTIONS" => Target::Collections,
            "COLLECTION" => Target::Collection(handle()?),
            "PRODUCT" => Target::Product(handle()?),
            "PAGE" => Target::Page(handle()?),
            "SHOP_POLICY" => Target::Policy(handle()?),
            "HTTP" => Target::Http(item.url.clone().with_context(missing)?),
            other => bail!(
                "the menu item `{}` is of an unknown type `{other}`",
                item.title
            ),
        };
        Ok(MenuItemDraft {
            target,
            items: items(item.items)?,
            title: item.title,
        })
    };
    files.into_iter().map(draft).collect()
}

fn seo(file: Option<SeoFile>) -> (Option<String>, Option<String>) {
    file.map_or((None, None), |seo| (seo.title, seo.description))
}
