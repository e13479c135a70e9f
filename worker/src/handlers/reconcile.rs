//! Asks providers what nobody told us. The list of changed charges is read on from where it was left, page by page; a page is
//! left behind when each of its charges was dealt with.

use commerce::flows::reconcile as flow;
use commerce::jobs::Verdict;
use commerce::kernel::{Fault, failpoint};
use commerce::payment::unapplied::{Position, Reason, Unapplied};
use providers::payment::{ChargePage, ListError, PaymentProvider, Since, UnreadableCharge};

use super::payment::counted;
use crate::Env;

/// Pages that one run reads at most; the next run goes on.
const PAGES: usize = 50;

pub(crate) async fn reconcile(env: &Env) -> Result<Verdict, Fault> {
    flow::reconcile_operations(&env.shop).await?;
    let Some(provider) = &env.providers.payment else {
        return Ok(Verdict::Done);
    };
    for report in flow::due(&env.shop, provider.name()).await? {
        flow::apply(&env.shop, provider.name(), report).await?;
    }
    for _ in 0..PAGES {
        if !read_page(env, provider.as_ref()).await? {
            break;
        }
    }
    Ok(Verdict::Done)
}

/// Reads the next page and deals with it; answers whether there may be another.
async fn read_page(env: &Env, provider: &dyn PaymentProvider) -> Result<bool, Fault> {
    let name = provider.name();
    let position = flow::position(&env.shop, name).await?;
    failpoint::hit("reconcile.before_call");
    let answer = list(provider, &position).await;
    failpoint::hit("reconcile.after_call");
    let page = match answer {
        Ok(page) => page,
        Err(unknown) => {
            // The schedule asks again in a moment, from the same place on.
            let why = unknown.to_string();
            tracing::warn!(provider = name, why, "the list of charges cannot be read");
            return Ok(false);
        }
    };
    let Some(next) = page.next.clone() else {
        return Ok(false);
    };
    deal_with(env, name, page).await?;
    flow::advance(&env.shop, name, &position, &next).await?;
    Ok(true)
}

/// What changed behind the position. Where the provider has forgotten the cursor, from the time on at which the page before it
/// was read: reports that come again change nothing.
async fn list(
    provider: &dyn PaymentProvider,
    position: &Position,
) -> Result<ChargePage, ListError> {
    let (cursor, read_at) = match position {
        Position::Cursor { cursor, read_at } => (cursor, *read_at),
        Position::Time(time) => {
            return counted("list", provider.changed_charges(&Since::Time(*time)).await);
        }
    };
    let since = Since::Cursor(cursor.clone());
    match counted("list", provider.changed_charges(&since).await) {
        Err(ListError::UnknownCursor(why)) => {
            let name = provider.name();
            tracing::warn!(provider = name, why, %read_at, "the provider has forgotten the cursor of its list of charges, which is read again from this time on");
            counted(
                "list",
                provider.changed_charges(&Since::Time(read_at)).await,
            )
        }
        answer => answer,
    }
}

async fn deal_with(env: &Env, provider: &str, page: ChargePage) -> Result<(), Fault> {
    for charge in page.unreadable {
        flow::set_aside(&env.shop, provider, &unreadable(charge)).await?;
    }
    for report in flow::news(&env.shop, provider, page.reports).await? {
        flow::apply(&env.shop, provider, report).await?;
    }
    Ok(())
}

fn unreadable(charge: UnreadableCharge) -> Unapplied {
    Unapplied {
        reference: charge.reference,
        payment: None,
        reason: Reason::Unreadable,
        detail: charge.why,
        report: charge.body,
    }
}
