//! Jobs that move money: the provider is called between two transactions, never inside one.
//!
//! A call that is not answered leaves the operation unknown, and the job comes back: it asks what
//! became of the call before it repeats it, with the same key.

use std::sync::Arc;
use std::time::Duration;

use commerce::checkout::cards::Admission;
use commerce::flows::admit_card;
use commerce::flows::ask_again::{NotAsked, reopen_refund};
use commerce::flows::expire;
use commerce::flows::payment_errands as errands;
use commerce::flows::settle_payment::{Told, UnknownPayment, settle_payment};
use commerce::jobs::Verdict;
use commerce::kernel::{Failure, Fault, failpoint};
use commerce::payment::{
    Decline, DeclineCode, Errand, Fact, FactKind, InboxKey, OperationKind, Progress, Report, Source,
};
use metrics::counter;
use providers::payment::{CallError, Cancel, Charge, ListError, PaymentProvider, Refund, Unknown};
use uuid::Uuid;

use crate::Env;

/// How long a charge waits while as many of its card are under way as may still be declined.
const BUSY: Duration = Duration::from_secs(1);

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
    if kind == OperationKind::Charge
        && let Some(verdict) = hold_back(env, operation).await?
    {
        return Ok(verdict);
    }
    let errand = match begin(env, operation, kind).await? {
        Ok(errand) => errand,
        Err(verdict) => return Ok(verdict),
    };
    if errand.kind != kind {
        return Ok(Verdict::discard("the operation is of another kind"));
    }
    let Some(provider) = provider(env, &errand.provider) else {
        count_call(kind.as_str(), NOT_CONFIGURED);
        return Ok(Verdict::keep_trying("the provider is not configured"));
    };
    failpoint::hit("provider.before_call");
    let answer = ask(env, provider.as_ref(), &errand).await;
    failpoint::hit("provider.after_call");
    let (report, source) = match answer {
        Ok(answered) => answered,
        Err(CallError::Unknown(unknown)) => return unanswered(env, &errand, &unknown).await,
        Err(CallError::Refused(why)) => return refused(env, &errand, why).await,
    };
    if let Some(why) = is_beside(&report, &errand) {
        let unknown = Unknown::Unclassified(why.to_owned());
        return unanswered(env, &errand, &unknown).await;
    }
    let verdict = tell(env, &errand.provider, report, source).await?;
    if verdict == Verdict::Done && kind == OperationKind::Refund {
        errands::refund_answered(&env.shop, &errand, None).await?;
    }
    Ok(verdict)
}

/// What becomes of the job of a charge whose card may not be charged now; `None` when it may, or when the provider does not say
/// which card it is. A charge that may have been asked for is not held back.
async fn hold_back(env: &Env, operation: Uuid) -> Result<Option<Verdict>, Fault> {
    let Some(charge) = admit_card::unsent_charge(&env.shop, operation).await? else {
        return Ok(None);
    };
    let Some(provider) = provider(env, &charge.provider) else {
        return Ok(None);
    };
    let Ok(Some(card)) = counted("card", provider.card(&charge.session).await) else {
        return Ok(None);
    };
    let admission = admit_card::admit_card(&env.shop, &charge, &card).await?;
    Ok(match admission {
        Admission::Admitted => None,
        Admission::Busy => Some(Verdict::Snooze { after: BUSY }),
        Admission::Throttled => Some(Verdict::Done),
    })
}

/// What to ask, or what becomes of the job when there is nothing to ask. A refund that was refused is asked for again whenever
/// its job runs again.
async fn begin(
    env: &Env,
    operation: Uuid,
    kind: OperationKind,
) -> Result<Result<Errand, Verdict>, Fault> {
    let begun = errands::begin_errand(&env.shop, operation).await?;
    if begun.is_some() || kind != OperationKind::Refund {
        return Ok(begun.ok_or(Verdict::Done));
    }
    match reopen_refund(&env.shop, operation).await {
        Ok(()) => {
            let begun = errands::begin_errand(&env.shop, operation).await?;
            Ok(begun.ok_or(Verdict::Done))
        }
        Err(Failure::Refused(NotAsked::Busy)) => {
            Ok(Err(Verdict::retry(NotAsked::Busy.to_string())))
        }
        Err(Failure::Refused(NotAsked::Superseded)) => {
            Ok(Err(Verdict::discard(NotAsked::Superseded.to_string())))
        }
        Err(Failure::Refused(_)) => Ok(Err(Verdict::Done)),
        Err(Failure::Broken(fault)) => Err(fault),
    }
}

async fn ask(
    env: &Env,
    provider: &dyn PaymentProvider,
    errand: &Errand,
) -> Result<(Report, Source), CallError> {
    if errand.repeated
        && errand.kind != OperationKind::Cancel
        && let Some(report) = counted("lookup", provider.lookup(errand.charge).await)?
        && is_answered(&report, errand)
    {
        return Ok((report, Source::Reconcile));
    }
    let report = match errand.kind {
        OperationKind::Charge => counted("charge", provider.charge(&charge(env, errand)).await)?,
        OperationKind::Cancel => {
            let cancel = Cancel {
                operation: errand.operation,
                charge: errand.charge,
                payment: errand.payment,
            };
            counted("cancel", provider.cancel(&cancel).await)?
        }
        OperationKind::Refund => {
            let refund = Refund {
                operation: errand.operation,
                charge: errand.charge,
                amount: errand.amount,
            };
            counted("refund", provider.refund(&refund).await)?
        }
    };
    Ok((report, Source::Response))
}

/// Whether what the provider knows of the charge answers the errand: any charge that arrived does, and a refund that was given
/// for this operation.
fn is_answered(report: &Report, errand: &Errand) -> bool {
    errand.kind == OperationKind::Charge
        || report
            .facts
            .iter()
            .any(|fact| fact.kind == FactKind::Refunded && fact.operation == Some(errand.operation))
}

/// Why a report does not answer the errand.
fn is_beside(report: &Report, errand: &Errand) -> Option<&'static str> {
    let is_ours = |fact: &&Fact| fact.operation.is_none_or(|by| by == errand.operation);
    let mut refunds = report
        .facts
        .iter()
        .filter(|fact| fact.kind == FactKind::Refunded);
    if report.payment != errand.payment {
        Some("it is about another payment")
    } else if errand.kind == OperationKind::Refund && !refunds.any(|fact| is_ours(&fact)) {
        Some("it does not tell of the refund")
    } else {
        None
    }
}

/// Has every figure of calls stand at zero, so that the first of a kind is seen as a change.
pub(crate) fn count_from_zero() {
    let outcomes = ["answered", "refused", "unanswered", "unclassified"];
    for call in ["card", "charge", "cancel", "refund", "lookup", "list"] {
        for outcome in outcomes {
            let labels = [("call", call), ("outcome", outcome)];
            counter!("cartwright_payment_calls_total", &labels).absolute(0);
        }
    }
    for call in ["charge", "cancel", "refund", "webhook"] {
        let labels = [("call", call), ("outcome", NOT_CONFIGURED)];
        counter!("cartwright_payment_calls_total", &labels).absolute(0);
    }
}

/// How a call went that could not be made: its provider is not configured.
const NOT_CONFIGURED: &str = "not_configured";

fn count_call(call: &'static str, outcome: &'static str) {
    let labels = [("call", call), ("outcome", outcome)];
    counter!("cartwright_payment_calls_total", &labels).increment(1);
}

/// Counts how a call went.
pub(super) fn counted<T, E: Outcome>(call: &'static str, result: Result<T, E>) -> Result<T, E> {
    let outcome = result.as_ref().map_or_else(Outcome::word, |_| "answered");
    count_call(call, outcome);
    result
}

/// How a call went that was not answered, in one word.
pub(super) trait Outcome {
    fn word(&self) -> &'static str;
}

impl Outcome for Unknown {
    fn word(&self) -> &'static str {
        match self {
            Self::Unanswered(_) => "unanswered",
            Self::Unclassified(_) => "unclassified",
        }
    }
}

impl Outcome for ListError {
    fn word(&self) -> &'static str {
        match self {
            Self::Unknown(unknown) => unknown.word(),
            Self::UnknownCursor(_) => "refused",
        }
    }
}

impl Outcome for CallError {
    fn word(&self) -> &'static str {
        match self {
            Self::Unknown(unknown) => unknown.word(),
            Self::Refused(_) => "refused",
        }
    }
}

/// The money may have moved: the operation stays open until the provider says which, and is asked about without an end.
async fn unanswered(env: &Env, errand: &Errand, unknown: &Unknown) -> Result<Verdict, Fault> {
    let why = unknown.to_string();
    if let Unknown::Unclassified(_) = unknown {
        tracing::error!(operation = %errand.operation, kind = errand.kind.as_str(), why, "the payment provider's answer cannot be understood");
    }
    errands::errand_unanswered(&env.shop, errand.operation, &why).await?;
    Ok(Verdict::keep_trying(why))
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

/// The provider understood and would not: nothing moved. A charge counts as declined; a refund may be asked for again.
async fn refused(env: &Env, errand: &Errand, why: String) -> Result<Verdict, Fault> {
    tracing::error!(operation = %errand.operation, kind = errand.kind.as_str(), why, "the payment provider refused a request");
    match errand.kind {
        OperationKind::Charge => {
            let report = Report {
                operation: errand.operation,
                payment: errand.payment,
                reference: String::new(),
                as_of: None,
                progress: Progress::Declined(Decline {
                    code: DeclineCode::PaymentError,
                    message: "the payment could not be made".to_owned(),
                }),
                facts: Vec::new(),
                card: None,
            };
            tell(env, &errand.provider, report, Source::Response).await
        }
        // The charge may still be there.
        OperationKind::Cancel => {
            errands::errand_unanswered(&env.shop, errand.operation, &why).await?;
            Ok(Verdict::keep_trying(why))
        }
        OperationKind::Refund => {
            errands::refund_answered(&env.shop, errand, Some(&why)).await?;
            Ok(Verdict::discard(why))
        }
    }
}

async fn tell(env: &Env, provider: &str, report: Report, source: Source) -> Result<Verdict, Fault> {
    let told = Told {
        provider: provider.to_owned(),
        report,
        source,
        webhook: None,
    };
    match settle_payment(&env.shop, &told).await {
        Ok(_settled) => Ok(Verdict::Done),
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
        count_call("webhook", NOT_CONFIGURED);
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
    let told = Told {
        provider: provider_name.to_owned(),
        report,
        source: Source::Webhook,
        webhook: Some(key.clone()),
    };
    match settle_payment(&env.shop, &told).await {
        Ok(_settled) => Ok(Verdict::Done),
        // A payment is stored before its provider hears of it: this one is somebody else's. Should money have moved that is
        // ours after all, the reconciler finds it.
        Err(Failure::Refused(UnknownPayment)) => {
            let payment = told.report.payment;
            tracing::debug!(%payment, "a webhook is about somebody else's payment");
            errands::webhook_done(&env.shop, &key).await?;
            Ok(Verdict::Done)
        }
        Err(Failure::Broken(fault)) => Err(fault),
    }
}

pub(crate) async fn expire_attempts(env: &Env) -> Result<Verdict, Fault> {
    let ended = expire::expire_attempts(&env.shop).await?;
    if ended > 0 {
        tracing::info!(ended, "attempts ran out of time");
    }
    Ok(Verdict::Done)
}

pub(super) fn provider(env: &Env, name: &str) -> Option<Arc<dyn PaymentProvider>> {
    env.providers
        .payment
        .clone()
        .filter(|provider| provider.name() == name)
}
