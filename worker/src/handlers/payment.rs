//! Jobs that move money: the provider is called between two transactions, never inside one.
//!
//! A call that is not answered leaves the operation unknown, and the job comes back: it asks what
//! became of the call before it repeats it, with the same key.

use std::sync::Arc;

use chrono::TimeDelta;
use commerce::flows::payment_errands as errands;
use commerce::flows::settle_payment::{Settled, Told, UnknownPayment, settle_payment};
use commerce::flows::{expire, reconcile as reconciling};
use commerce::jobs::Verdict;
use commerce::kernel::{Failure, Fault, failpoint};
use commerce::payment::{
    Decline, DeclineCode, Errand, InboxKey, OperationKind, Progress, Report, Source,
};
use providers::payment::{CallError, Cancel, Charge, PaymentProvider, Refund};
use uuid::Uuid;

use crate::Env;

/// How far back the provider is asked for charges that nobody told us of.
const LOOK_BACK: TimeDelta = TimeDelta::hours(2);

pub(crate) async fn settle(env: &Env, operation: Uuid) -> Result<Verdict, Fault> {
    errand(env, operation, OperationKind::Charge).await
}

pub(crate) async fn cancel(env: &Env, operation: Uuid) -> Result<Verdict, Fault> {
    errand(env, operation, OperationKind::Cancel).await
}

pub(crate) async fn refund(env: &Env, operation: Uuid) -> Result<Verdict, Fault> {
    errand(env, operation, OperationKind::Refund).await
}

/// Asks the provider and makes its answer true.
async fn errand(env: &Env, operation: Uuid, kind: OperationKind) -> Result<Verdict, Fault> {
    let Some(errand) = errands::begin_errand(&env.shop, operation).await? else {
        return Ok(Verdict::Done);
    };
    if errand.kind != kind {
        return Ok(Verdict::discard("the operation is of another kind"));
    }
    let Some(provider) = provider(env, &errand.provider) else {
        return Ok(Verdict::retry("the provider is not configured"));
    };
    failpoint::hit("provider.before_call");
    let answer = ask(env, provider.as_ref(), &errand).await;
    failpoint::hit("provider.after_call");
    let (report, source) = match answer {
        Ok(answered) => answered,
        Err(CallError::Unknown(why)) => {
            errands::errand_unanswered(&env.shop, operation).await?;
            return Ok(Verdict::retry(why));
        }
        Err(CallError::Refused(why)) => return refused(env, &errand, why).await,
    };
    let verdict = tell(env, &errand.provider, report, source, None).await?;
    if verdict == Verdict::Done && kind == OperationKind::Refund {
        errands::refund_answered(&env.shop, &errand, None).await?;
    }
    Ok(verdict)
}

async fn ask(
    env: &Env,
    provider: &dyn PaymentProvider,
    errand: &Errand,
) -> Result<(Report, Source), CallError> {
    let report = match errand.kind {
        OperationKind::Charge => {
            if errand.repeated
                && let Some(report) = provider.lookup(errand.operation).await?
            {
                return Ok((report, Source::Reconcile));
            }
            provider.charge(&charge(env, errand)).await?
        }
        OperationKind::Cancel => {
            let cancel = Cancel {
                operation: errand.operation,
                charge: errand.charge,
                payment: errand.payment,
            };
            provider.cancel(&cancel).await?
        }
        OperationKind::Refund => {
            let refund = Refund {
                operation: errand.operation,
                charge: errand.charge,
                amount: errand.amount,
            };
            provider.refund(&refund).await?
        }
    };
    Ok((report, Source::Response))
}

fn charge(env: &Env, errand: &Errand) -> Charge {
    let attempt = commerce::checkout::AttemptKey {
        id: errand.attempt,
        key: errand.key.clone(),
    };
    Charge {
        operation: errand.operation,
        payment: errand.payment,
        attempt: errand.attempt,
        amount: errand.amount,
        session: errand.session.clone().unwrap_or_default(),
        return_url: attempt.url(&env.shop.settings.public_url),
    }
}

/// The provider understood and would not: nothing moved. A charge counts as declined; anything
/// else needs a person.
async fn refused(env: &Env, errand: &Errand, why: String) -> Result<Verdict, Fault> {
    tracing::error!(operation = %errand.operation, kind = errand.kind.as_str(), why, "the payment provider refused a request");
    match errand.kind {
        OperationKind::Charge => {
            let report = Report {
                operation: errand.operation,
                payment: errand.payment,
                reference: String::new(),
                progress: Progress::Declined(Decline {
                    code: DeclineCode::PaymentError,
                    message: "the payment could not be made".to_owned(),
                }),
                facts: Vec::new(),
            };
            tell(env, &errand.provider, report, Source::Response, None).await
        }
        OperationKind::Cancel => Ok(Verdict::retry(why)),
        OperationKind::Refund => {
            errands::refund_answered(&env.shop, errand, Some("refused")).await?;
            Ok(Verdict::discard(why))
        }
    }
}

async fn tell(
    env: &Env,
    provider: &str,
    report: Report,
    source: Source,
    webhook: Option<InboxKey>,
) -> Result<Verdict, Fault> {
    let told = Told {
        provider: provider.to_owned(),
        report,
        source,
        webhook,
    };
    match settle_payment(&env.shop, &told).await {
        Ok(Settled::Order(_) | Settled::Closed | Settled::GivenBack | Settled::Waiting) => {
            Ok(Verdict::Done)
        }
        Err(Failure::Refused(UnknownPayment)) => Ok(Verdict::retry("the payment is not known")),
        Err(Failure::Broken(fault)) => Err(fault),
    }
}

pub(crate) async fn webhook(
    env: &Env,
    provider_name: &str,
    event_id: &str,
) -> Result<Verdict, Fault> {
    let key = InboxKey {
        provider: provider_name.to_owned(),
        event_id: event_id.to_owned(),
    };
    let Some(body) = errands::open_webhook(&env.shop, &key).await? else {
        return Ok(Verdict::Done);
    };
    let Some(provider) = provider(env, provider_name) else {
        return Ok(Verdict::retry("the provider is not configured"));
    };
    let event = match provider.read_stored(&body) {
        Ok(event) => event,
        Err(error) => return Ok(Verdict::discard(error.to_string())),
    };
    let Some(report) = event.report else {
        errands::webhook_done(&env.shop, &key).await?;
        return Ok(Verdict::Done);
    };
    tell(env, provider_name, report, Source::Webhook, Some(key)).await
}

pub(crate) async fn expire_attempts(env: &Env) -> Result<Verdict, Fault> {
    let ended = expire::expire_attempts(&env.shop).await?;
    if ended > 0 {
        tracing::info!(ended, "attempts ran out of time");
    }
    Ok(Verdict::Done)
}

pub(crate) async fn reconcile(env: &Env) -> Result<Verdict, Fault> {
    reconciling::reconcile_operations(&env.shop).await?;
    let Some(provider) = &env.providers.payment else {
        return Ok(Verdict::Done);
    };
    let since = env.shop.clock.now() - LOOK_BACK;
    failpoint::hit("reconcile.before_call");
    let answer = provider.charges_since(since).await;
    failpoint::hit("reconcile.after_call");
    let charges = match answer {
        Ok(charges) => charges,
        Err(error) => return Ok(Verdict::retry(error.to_string())),
    };
    for report in reconciling::news(&env.shop, provider.name(), charges).await? {
        let payment = report.payment;
        let verdict = tell(env, provider.name(), report, Source::Reconcile, None).await?;
        if verdict != Verdict::Done {
            tracing::error!(%payment, "the provider took money for a payment that we do not know");
        }
    }
    Ok(Verdict::Done)
}

fn provider(env: &Env, name: &str) -> Option<Arc<dyn PaymentProvider>> {
    env.providers
        .payment
        .clone()
        .filter(|provider| provider.name() == name)
}
