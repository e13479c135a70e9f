//! Facets as the contract shows them: each value with the filter that chooses it.

use async_graphql::{Context, Result, Value};
use commerce::market::PriceList;
use commerce::search::facets::{self, FacetList, FacetValue, Source};
use commerce::search::narrowing::{Facet, Narrowing};
use serde_json::json;

use super::filter::{Filter, FilterPresentation, FilterType, FilterValue, Swatch};
use crate::context::ContextExt;
use crate::scalars::Json;
use crate::storefront::content::loads::the_shop;
use crate::storefront::exchange;

/// The filters of a list of products, narrowed down as it is.
pub(crate) async fn read(
    ctx: &Context<'_>,
    source: Source,
    narrowing: &Narrowing,
) -> Result<Vec<Filter>> {
    let shop = the_shop(ctx).await?;
    let prices_here = exchange::price_list(ctx).await?;
    let prices_here = prices_here.unwrap_or(PriceList::own(shop.currency));
    let found = {
        let mut conn = ctx.conn().await?;
        ctx.note([
            commerce::cache::Tag::AnyProduct,
            commerce::cache::Tag::AnyStock,
            commerce::cache::Tag::Media,
        ]);
        facets::read(
            &mut conn,
            source,
            narrowing,
            &prices_here,
            ctx.shop().clock.now(),
        )
        .await?
    };
    let mut filters = vec![availability(found.available)];
    if let Some((min, max, count)) = found.prices {
        filters.push(prices(&min.decimal(), &max.decimal(), count));
    }
    filters.extend(found.lists.into_iter().map(list));
    Ok(filters)
}

/// Clients parse it: the contract's JSON comes as a text.
fn input(value: &serde_json::Value) -> Json {
    Json(Value::String(value.to_string()))
}

fn value(id: String, label: &str, count: u32, filter: &serde_json::Value) -> FilterValue {
    FilterValue {
        count: i32::try_from(count).unwrap_or(i32::MAX),
        id,
        input: input(filter),
        label: label.to_owned(),
        swatch: None,
    }
}

fn availability((yes, no): (u32, u32)) -> Filter {
    let id = "filter.v.availability";
    let one = |digit, label, count, available: bool| {
        let filter = json!({ "available": available });
        value(format!("{id}.{digit}"), label, count, &filter)
    };
    Filter {
        id: id.to_owned(),
        label: "Availability".to_owned(),
        presentation: Some(FilterPresentation::Text),
        kind: FilterType::List,
        values: vec![
            one(1, "In stock", yes, true),
            one(0, "Out of stock", no, false),
        ],
    }
}

fn prices(min: &str, max: &str, count: u32) -> Filter {
    // Written as numbers without a float in between.
    let filter = format!("{{\"price\":{{\"min\":{min},\"max\":{max}}}}}");
    Filter {
        id: "filter.v.price".to_owned(),
        label: "Price".to_owned(),
        presentation: None,
        kind: FilterType::PriceRange,
        values: vec![FilterValue {
            input: Json(Value::String(filter)),
            ..value("filter.v.price".to_owned(), "Price", count, &json!({}))
        }],
    }
}

fn list(list: FacetList) -> Filter {
    let name = &list.name;
    let (id, label) = match &list.facet {
        Facet::ProductType => (
            "filter.p.product_type".to_owned(),
            "Product type".to_owned(),
        ),
        Facet::Vendor => ("filter.p.vendor".to_owned(), "Vendor".to_owned()),
        Facet::Tag => ("filter.p.tag".to_owned(), "Tag".to_owned()),
        Facet::Option(key) => (format!("filter.v.option.{}", slug(key)), name.clone()),
        Facet::ProductMetafield(key) => (format!("filter.p.m.{key}"), readable(name)),
        Facet::VariantMetafield(key) => (format!("filter.v.m.{key}"), readable(name)),
    };
    let has_swatches = list.values.iter().any(|value| value.swatch.is_some());
    let one = |found: FacetValue| {
        let filter = filter_of(&list.facet, name, &found.label);
        let id = format!("{id}.{}", slug(&found.label));
        FilterValue {
            swatch: found.swatch.map(Swatch),
            ..value(id, &found.label, found.count, &filter)
        }
    };
    Filter {
        values: list.values.into_iter().map(one).collect(),
        id,
        label,
        presentation: Some(if has_swatches {
            FilterPresentation::Swatch
        } else {
            FilterPresentation::Text
        }),
        kind: FilterType::List,
    }
}

/// The filter that chooses a value.
fn filter_of(facet: &Facet, name: &str, label: &str) -> serde_json::Value {
    let field = |name: &str| {
        let (namespace, key) = name.split_once('.').unwrap_or(("", name));
        json!({ "namespace": namespace, "key": key, "value": label })
    };
    match facet {
        Facet::ProductType => json!({ "productType": label }),
        Facet::Vendor => json!({ "productVendor": label }),
        Facet::Tag => json!({ "tag": label }),
        Facet::Option(_) => json!({ "variantOption": { "name": name, "value": label } }),
        Facet::ProductMetafield(_) => json!({ "productMetafield": field(name) }),
        Facet::VariantMetafield(_) => json!({ "variantMetafield": field(name) }),
    }
}

/// What a metafield is called, by its key: `custom.care_guide` is "Care guide".
fn readable(name: &str) -> String {
    let key = name.split_once('.').map_or(name, |(_, key)| key);
    let words = key.replace(['_', '-'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A name for ids: lower case with hyphens for spaces.
fn slug(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join("-").to_lowercase()
}
