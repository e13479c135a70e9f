//! Puts money under a new code.

use crate::Shop;
use crate::db::Conn;
use crate::gift_card::{Code, Draft, store};
use crate::kernel::money::MoneyError;
use crate::kernel::{Currency, Failure, Money, Outcome};

use super::import_discounts::currency;

/// What the issuer asks for.
#[derive(Clone, Debug)]
pub struct IssueGiftCard {
    /// The decimal amount, as it was written.
    pub amount: String,
    /// Its currency; the shop's, where nothing is said.
    pub currency: Option<Currency>,
    /// The first day on which it is not taken any more.
    pub expires_on: Option<chrono::NaiveDate>,
    /// The merchant's own note.
    pub note: String,
}

/// Why no card was issued.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotIssued {
    /// The amount cannot be read.
    #[error("{0}")]
    Unreadable(MoneyError),
    /// There is nothing to put on it.
    #[error("the amount must be above 0")]
    Nothing,
    /// It would be in another currency than the shop's.
    #[error("the shop sells in {shop}: a gift card in {wanted} could not be spent")]
    Differs {
        /// What the shop sells in.
        shop: Currency,
        /// What was asked for.
        wanted: Currency,
    },
    /// It could never be spent.
    #[error("the day on which it expires is not in the future")]
    Expired,
}

/// Issues a card; answers its number and its code, which is shown this once and stored nowhere.
///
/// # Errors
/// [`NotIssued`], or a fault of the database's.
pub async fn issue_gift_card(
    shop: &Shop,
    wanted: &IssueGiftCard,
) -> Outcome<(i64, Code), NotIssued> {
    let refuse = |why| Err(Failure::Refused(why));
    let currency = currency(shop).await?;
    match wanted.currency {
        Some(wanted) if wanted != currency => {
            return refuse(NotIssued::Differs {
                shop: currency,
                wanted,
            });
        }
        _ => {}
    }
    let amount = match Money::parse(&wanted.amount, currency) {
        Ok(amount) if amount.minor > 0 => amount,
        Ok(_) => return refuse(NotIssued::Nothing),
        Err(error) => return refuse(NotIssued::Unreadable(error)),
    };
    let now = shop.clock.now();
    if wanted.expires_on.is_some_and(|day| day <= now.date_naive()) {
        return refuse(NotIssued::Expired);
    }
    let draft = Draft {
        amount,
        expires_on: wanted.expires_on,
        note: wanted.note.clone(),
    };
    let code = Code::random();
    let id = shop
        .db
        .write(async |conn: &mut Conn| Ok(store::issue(conn, &code, &draft, now).await?))
        .await?;
    Ok((id, code))
}
