//! Which currency an import's amounts are in: the shop's, which the first import may choose.

use crate::Shop;
use crate::content::draft::{BrandDraft, ShopDraft};
use crate::content::store as content;
use crate::kernel::{Currency, Failure, Outcome};
use crate::shipping::draft::{RateDraft, ZoneDraft};
use crate::shipping::store as shipping;

/// Why there is no currency to import in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CurrencyRefusal {
    /// There is no shop yet, and nobody said what it will sell in.
    #[error("there is no shop yet: say what it sells in, such as --currency USD")]
    Unknown,
    /// Amounts exist in the shop's currency already.
    #[error("the shop sells in {shop}: prices in {wanted} cannot be imported")]
    Differs {
        /// What the shop sells in.
        shop: Currency,
        /// What was asked for.
        wanted: Currency,
    },
}

/// The shop's currency, or `wanted` when the shop has no amounts yet.
///
/// Without a shop one is founded that sells from the United States in `wanted` and delivers
/// everywhere free of charge: enough to try a catalogue out.
///
/// # Errors
/// [`CurrencyRefusal`], or a fault of the database's.
pub async fn settle_currency(
    shop: &Shop,
    wanted: Option<Currency>,
) -> Outcome<Currency, CurrencyRefusal> {
    let now = shop.clock.now();
    let domain = shop.settings.public_url.as_str();
    let held = content::shop_currency(&mut *shop.db.primary().await?).await?;
    match (held, wanted) {
        (None, None) => Err(Failure::Refused(CurrencyRefusal::Unknown)),
        (Some(held), None) => Ok(held),
        (Some(held), Some(wanted)) if held == wanted => Ok(held),
        (Some(held), Some(wanted)) => {
            let differs = CurrencyRefusal::Differs { shop: held, wanted };
            shop.db
                .write(
                    async |conn| match content::change_currency(conn, wanted).await {
                        Err(fault) if fault.is_foreign_key_violation() => {
                            Err(Failure::Refused(differs))
                        }
                        other => Ok(other?),
                    },
                )
                .await
                .map(|()| wanted)
        }
        (None, Some(wanted)) => {
            shop.db
                .write(async |conn| {
                    content::save_shop(conn, &new_shop(wanted, domain), now).await?;
                    shipping::save_zones(conn, None, &everywhere(), wanted).await?;
                    Ok(wanted)
                })
                .await
        }
    }
}

fn new_shop(currency: Currency, domain: &str) -> ShopDraft {
    ShopDraft {
        name: "My shop".to_owned(),
        description: String::new(),
        currency,
        country: "US".to_owned(),
        primary_domain_url: domain.to_owned(),
        email: String::new(),
        money_format: None,
        brand: BrandDraft::default(),
    }
}

fn everywhere() -> [ZoneDraft; 1] {
    [ZoneDraft {
        name: "Everywhere".to_owned(),
        countries: Vec::new(),
        provinces: Vec::new(),
        rates: vec![RateDraft {
            code: "standard".to_owned(),
            title: "Standard".to_owned(),
            ..RateDraft::default()
        }],
    }]
}
