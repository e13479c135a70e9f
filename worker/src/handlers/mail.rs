//! Jobs that write to buyers. A mail keeps its Message-ID over all attempts.

use commerce::jobs::Verdict;
use commerce::kernel::{Fault, failpoint};
use commerce::notification;
use providers::mail::MailError;

use crate::Env;

pub(crate) async fn order_confirmation(env: &Env, order_id: i64) -> Result<Verdict, Fault> {
    let mail = {
        let mut conn = env.shop.db.primary().await?;
        notification::order_confirmation(&mut conn, &env.shop.settings, order_id).await?
    };
    let Some(mail) = mail else {
        return Ok(Verdict::discard("the order does not exist"));
    };
    failpoint::hit("mail.before_send");
    let sent = env.providers.mail.send(&mail).await;
    failpoint::hit("mail.after_send");
    Ok(match sent {
        Ok(()) => Verdict::Done,
        Err(MailError::Refused(why)) => Verdict::discard(why),
        Err(MailError::Unavailable(why)) => Verdict::retry(why),
    })
}
