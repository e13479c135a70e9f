//! Puts money under a new code.

use sha2::{Digest, Sha256};

use crate::Shop;
use crate::db::Conn;
use crate::gift_card::{Code, Draft, store};
use crate::kernel::money::MoneyError;
use crate::kernel::{Currency, Failure, Fault, Money, Outcome};
use crate::order::idempotency::{self, KeyRefusal};

use super::import_discounts::{currency, zone};

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
    /// The same key issues one card.
    pub key: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub enum IssuedGiftCard {
    /// The card's number and its code, which is shown this once and stored nowhere.
    New(i64, Code),
    /// The number of the card that the same command issued before.
    Repeated(i64),
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
    /// The note cannot be stored.
    #[error("the note must not contain the character U+0000")]
    BadNote,
    /// The key is refused.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
}

/// Issues a card, once for each key.
///
/// # Errors
/// [`NotIssued`], or a fault of the database's.
pub async fn issue_gift_card(
    shop: &Shop,
    wanted: &IssueGiftCard,
) -> Outcome<IssuedGiftCard, NotIssued> {
    let now = shop.clock.now();
    let amount = amount(shop, wanted).await?;
    let key = key(wanted, amount).map_err(Failure::Refused)?;
    if let Some(key) = &key {
        let mut conn = shop.db.primary().await?;
        if let Some(card) = repeated(&mut conn, key).await? {
            return Ok(IssuedGiftCard::Repeated(card));
        }
    }
    let today = zone(shop).await?.day(now);
    if wanted.expires_on.is_some_and(|day| day <= today) {
        return Err(Failure::Refused(NotIssued::Expired));
    }
    let draft = Draft {
        amount,
        expires_on: wanted.expires_on,
        note: wanted.note.clone(),
        key: key.clone(),
    };
    let code = Code::random();
    let issued = shop
        .db
        .write(async |conn: &mut Conn| Ok(store::issue(conn, &code, &draft, now).await?))
        .await?;
    match (issued, key) {
        (Some(id), _) => Ok(IssuedGiftCard::New(id, code)),
        // Another command took the key meanwhile.
        (None, Some(key)) => {
            let mut conn = shop.db.primary().await?;
            let card = repeated(&mut conn, &key).await?;
            let none = || Fault::Inconsistent("a key issued no gift card".to_owned());
            Ok(IssuedGiftCard::Repeated(card.ok_or_else(none)?))
        }
        (None, None) => Err(Fault::Inconsistent("no gift card was issued".to_owned()).into()),
    }
}

async fn amount(shop: &Shop, wanted: &IssueGiftCard) -> Outcome<Money, NotIssued> {
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
    if wanted.note.contains('\0') {
        return refuse(NotIssued::BadNote);
    }
    match Money::parse(&wanted.amount, currency) {
        Ok(amount) if amount.minor > 0 => Ok(amount),
        Ok(_) => refuse(NotIssued::Nothing),
        Err(error) => refuse(NotIssued::Unreadable(error)),
    }
}

/// The key with the hash of what is asked for.
fn key(wanted: &IssueGiftCard, amount: Money) -> Result<Option<(String, Vec<u8>)>, NotIssued> {
    let Some(key) = &wanted.key else {
        return Ok(None);
    };
    idempotency::check(key)?;
    let request = format!("{amount} {:?} {:?}", wanted.expires_on, wanted.note);
    Ok(Some((
        key.clone(),
        Sha256::digest(request.as_bytes()).to_vec(),
    )))
}

/// The card that this very command issued before.
async fn repeated(
    conn: &mut Conn,
    (key, hash): &(String, Vec<u8>),
) -> Outcome<Option<i64>, NotIssued> {
    match store::of_key(conn, key).await? {
        Some((card, known)) if known.as_ref() == Some(hash) => Ok(Some(card)),
        Some(_) => Err(Failure::Refused(KeyRefusal::Reused(key.clone()).into())),
        None => Ok(None),
    }
}
