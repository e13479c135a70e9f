//! Jobs that write to buyers. A mail keeps its Message-ID over all attempts.

use commerce::jobs::Verdict;
use commerce::kernel::{Fault, failpoint};
use commerce::notification::{self, Mail};
use providers::mail::MailError;

use crate::Env;

pub(crate) async fn order_confirmation(env: &Env, order_id: i64) -> Result<Verdict, Fault> {
    let mail = {
        let mut conn = env.shop.db.primary().await?;
        notification::order_confirmation(&mut conn, &env.shop.settings, order_id).await?
    };
    Ok(match mail {
        Some(mail) => send(env, &mail).await,
        None => Verdict::discard("the order does not exist"),
    })
}

pub(crate) async fn shipping_confirmation(
    env: &Env,
    fulfillment_id: i64,
) -> Result<Verdict, Fault> {
    let mail = {
        let mut conn = env.shop.db.primary().await?;
        notification::shipping_confirmation(&mut conn, &env.shop.settings, fulfillment_id).await?
    };
    Ok(match mail {
        Some(mail) => send(env, &mail).await,
        None => Verdict::discard("the parcel does not exist"),
    })
}

pub(crate) async fn refund_notification(env: &Env, refund_id: i64) -> Result<Verdict, Fault> {
    let mail = {
        let mut conn = env.shop.db.primary().await?;
        notification::refund_notification(&mut conn, &env.shop.settings, refund_id).await?
    };
    Ok(match mail {
        Some(mail) => send(env, &mail).await,
        None => Verdict::discard("the refund does not exist"),
    })
}

pub(crate) async fn cancellation_notification(
    env: &Env,
    cancellation_id: i64,
) -> Result<Verdict, Fault> {
    let mail = {
        let mut conn = env.shop.db.primary().await?;
        let settings = &env.shop.settings;
        notification::cancellation_notification(&mut conn, settings, cancellation_id).await?
    };
    Ok(match mail {
        Some(mail) => send(env, &mail).await,
        None => Verdict::discard("the cancellation does not exist"),
    })
}

pub(crate) async fn account_notice(env: &Env, notice_id: i64) -> Result<Verdict, Fault> {
    let mail = {
        let mut conn = env.shop.db.primary().await?;
        let now = env.shop.clock.now();
        notification::account_notice(&mut conn, &env.shop.settings, notice_id, now).await?
    };
    Ok(match mail {
        Some(mail) => send(env, &mail).await,
        // For an address that nobody has: the job was made so that asking takes the same time.
        None => Verdict::Done,
    })
}

async fn send(env: &Env, mail: &Mail) -> Verdict {
    // Orders of another shop may have no address.
    if mail.is_to_erased() || mail.to.is_empty() {
        return Verdict::Done;
    }
    failpoint::hit("mail.before_send");
    let sent = env.providers.mail.send(mail).await;
    failpoint::hit("mail.after_send");
    match sent {
        Ok(()) => Verdict::Done,
        Err(MailError::Refused(why)) => Verdict::discard(why),
        Err(MailError::Unavailable(why)) => Verdict::retry(why),
    }
}
