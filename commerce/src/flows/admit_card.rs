//! Before a charge is asked for: whether its card may be charged. No network in here.

use std::convert::Infallible;

use uuid::Uuid;

use crate::checkout::cards::{self, Admission, UnsentCharge};
use crate::checkout::{self, State};
use crate::db::Conn;
use crate::kernel::{Failure, Fault, Outcome};
use crate::payment::{CardFingerprint, Decline, DeclineCode, store};
use crate::shop::Shop;

/// The charge of this operation, if no provider was asked for it yet.
///
/// # Errors
/// A fault when the statement fails.
pub async fn unsent_charge(shop: &Shop, operation: Uuid) -> Result<Option<UnsentCharge>, Fault> {
    cards::unsent_charge(&mut *shop.db.primary().await?, operation).await
}

/// Says whether this card may be charged. When it may not for a while, the attempt has failed, and what it held is free.
///
/// # Errors
/// A fault when a statement fails.
pub async fn admit_card(
    shop: &Shop,
    charge: &UnsentCharge,
    card: &CardFingerprint,
) -> Result<Admission, Fault> {
    let name = card.of_provider(&charge.provider);
    let limits = shop.settings.submissions;
    let admitted: Outcome<Admission, Infallible> = shop
        .db
        .write(async |conn: &mut Conn| {
            let now = shop.clock.now();
            Ok(cards::admit(conn, charge.attempt, &name, limits, now).await?)
        })
        .await;
    let admission = admitted.map_err(Failure::fault)?;
    if admission == Admission::Throttled {
        refuse(shop, charge).await?;
    }
    Ok(admission)
}

/// Ends the attempt, unless the provider was asked meanwhile. In a transaction of its own, because carts are locked before cards.
async fn refuse(shop: &Shop, charge: &UnsentCharge) -> Result<(), Fault> {
    let refused: Outcome<(), Infallible> = shop
        .db
        .write(async |conn: &mut Conn| {
            let now = shop.clock.now();
            checkout::store::lock_for_payment(conn, charge.payment).await?;
            if store::withdraw(conn, charge.attempt, now).await? {
                let decline = Decline {
                    code: DeclineCode::TooManyAttempts,
                    message: "Too many payments with this card were declined or are undecided. Nothing was charged.".to_owned(),
                };
                checkout::store::let_go(conn, charge.attempt).await?;
                let (attempt, failed) = (charge.attempt, State::Failed);
                checkout::store::set_state(conn, attempt, failed, Some(&decline), now).await?;
            }
            Ok(())
        })
        .await;
    refused.map_err(Failure::fault)?;
    let attempt = charge.attempt;
    tracing::warn!(%attempt, "a card is not charged: too many payments with it were declined or are undecided");
    Ok(())
}
