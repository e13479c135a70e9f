//! Every kind of job, and one table of how each is run.

use std::time::Duration;

use serde_json::{Map, Value};
use uuid::Uuid;

/// One piece of work with its arguments. Arguments are ids: a handler reads what is true when it
/// runs, not when it was enqueued.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// Asks the provider to charge, then settles the attempt.
    SettlePayment {
        /// The payment operation, which is also the provider's idempotency key.
        operation: Uuid,
    },
    /// Asks the provider to cancel a payment whose attempt ran out of time.
    CancelPayment {
        /// The payment operation.
        operation: Uuid,
    },
    /// Asks the provider to give money back.
    RefundPayment {
        /// The payment operation.
        operation: Uuid,
    },
    /// Acts on an event that a provider told us of.
    ProcessWebhook {
        /// Which provider.
        provider: String,
        /// The provider's id of the event.
        event_id: String,
    },
    /// Mails the buyer that the order is placed.
    SendOrderConfirmation {
        /// The order.
        order_id: i64,
    },
    /// Mails the buyer that goods were sent.
    SendShippingConfirmation {
        /// The parcel.
        fulfillment_id: i64,
    },
    /// Mails the buyer that money was refunded. A trigger adds it, too (migration `refunds_and_cancellations`).
    SendRefundNotification {
        /// The refund.
        refund_id: i64,
    },
    /// Mails the buyer that the order was canceled, whole or in part.
    SendCancellationNotification {
        /// The cancellation.
        cancellation_id: i64,
    },
    /// Mails a customer about the account.
    SendAccountNotice {
        /// The notice.
        notice_id: i64,
    },
    /// Ends checkout attempts that ran out of time.
    ExpireAttempts,
    /// Asks providers about operations whose outcome is unknown.
    ReconcilePayments,
    /// Deletes carts that nobody came back to.
    ExpireCarts,
    /// Counts again which products sell best, what is bought together, and the words of the shop.
    RefreshBestSellers,
    /// Deletes jobs that ended long ago.
    CleanJobs,
    /// Deletes what proves nobody's identity any more.
    ForgetSignIns,
    /// Puts products that have changed into the collections whose rules they meet. Triggers add it, too (migration
    /// `collection_rules`).
    FillCollections,
}

/// How one kind of job is run.
#[derive(Debug, PartialEq, Eq)]
pub struct Spec {
    /// The name in the table; never changed once released.
    pub kind: &'static str,
    /// Which workers take it; one of [`QUEUES`].
    pub queue: &'static str,
    /// Lower runs first.
    pub priority: i16,
    /// How often it is started before it is given up and left for staff.
    pub max_attempts: i32,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// The pause after the first failed attempt; it doubles with each further one.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// How often a schedule enqueues it, if one does.
    pub every: Option<Duration>,
}

/// Every queue, for `worker run --queues`.
pub const QUEUES: &[&str] = &["payments", "mail", "maintenance"];

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Money waits for these, so pauses stay short; after the last attempt the reconciler takes over.
const PAYMENT: Spec = Spec {
    kind: "",
    queue: "payments",
    priority: 0,
    max_attempts: 25,
    timeout: Duration::from_secs(30),
    first_pause: Duration::from_millis(500),
    longest_pause: Duration::from_secs(30),
    every: None,
};

const MAIL: Spec = Spec {
    kind: "",
    queue: "mail",
    priority: 10,
    max_attempts: 25,
    timeout: MINUTE,
    first_pause: SECOND,
    longest_pause: HOUR,
    every: None,
};

/// The schedule brings the next one anyway, so a failed one is not tried for long.
const SWEEP: Spec = Spec {
    kind: "",
    queue: "maintenance",
    priority: 20,
    max_attempts: 3,
    timeout: MINUTE,
    first_pause: SECOND,
    longest_pause: MINUTE,
    every: Some(HOUR),
};

/// How each kind is run, in the order of [`Job`].
pub static SPECS: [Spec; 16] = [
    Spec {
        kind: "settle_payment",
        ..PAYMENT
    },
    Spec {
        kind: "cancel_payment",
        priority: 1,
        ..PAYMENT
    },
    Spec {
        kind: "refund_payment",
        priority: 1,
        ..PAYMENT
    },
    Spec {
        kind: "process_webhook",
        ..PAYMENT
    },
    Spec {
        kind: "send_order_confirmation",
        ..MAIL
    },
    Spec {
        kind: "send_account_notice",
        ..MAIL
    },
    Spec {
        kind: "send_shipping_confirmation",
        ..MAIL
    },
    Spec {
        kind: "send_refund_notification",
        ..MAIL
    },
    Spec {
        kind: "send_cancellation_notification",
        ..MAIL
    },
    Spec {
        kind: "expire_attempts",
        priority: 2,
        every: Some(Duration::from_secs(5)),
        ..SWEEP
    },
    Spec {
        kind: "reconcile_payments",
        priority: 2,
        every: Some(Duration::from_secs(15)),
        ..SWEEP
    },
    Spec {
        kind: "expire_carts",
        ..SWEEP
    },
    Spec {
        kind: "refresh_best_sellers",
        ..SWEEP
    },
    Spec {
        kind: "clean_jobs",
        ..SWEEP
    },
    Spec {
        kind: "forget_sign_ins",
        ..SWEEP
    },
    Spec {
        kind: "fill_collections",
        priority: 10,
        every: Some(MINUTE),
        ..SWEEP
    },
];

/// A stored job that this build cannot read: of a kind it does not know, or with other arguments.
#[derive(Debug, thiserror::Error)]
#[error("the stored job `{kind}` cannot be read")]
pub struct Unreadable {
    /// The stored kind.
    pub kind: String,
    #[source]
    source: serde_json::Error,
}

impl Job {
    /// How this kind is run.
    #[must_use]
    pub fn spec(&self) -> &'static Spec {
        let index = match self {
            Self::SettlePayment { .. } => 0,
            Self::CancelPayment { .. } => 1,
            Self::RefundPayment { .. } => 2,
            Self::ProcessWebhook { .. } => 3,
            Self::SendOrderConfirmation { .. } => 4,
            Self::SendAccountNotice { .. } => 5,
            Self::SendShippingConfirmation { .. } => 6,
            Self::SendRefundNotification { .. } => 7,
            Self::SendCancellationNotification { .. } => 8,
            Self::ExpireAttempts => 9,
            Self::ReconcilePayments => 10,
            Self::ExpireCarts => 11,
            Self::RefreshBestSellers => 12,
            Self::CleanJobs => 13,
            Self::ForgetSignIns => 14,
            Self::FillCollections => 15,
        };
        &SPECS[index]
    }

    /// While a job with the same key waits or runs, another is not added.
    #[must_use]
    pub fn unique_key(&self) -> Option<String> {
        let kind = self.spec().kind;
        Some(match self {
            Self::SettlePayment { operation }
            | Self::CancelPayment { operation }
            | Self::RefundPayment { operation } => format!("{kind}:{operation}"),
            Self::ProcessWebhook { provider, event_id } => format!("{kind}:{provider}:{event_id}"),
            Self::SendOrderConfirmation { order_id } => format!("{kind}:{order_id}"),
            Self::SendAccountNotice { notice_id } => format!("{kind}:{notice_id}"),
            Self::SendShippingConfirmation { fulfillment_id } => {
                format!("{kind}:{fulfillment_id}")
            }
            Self::SendRefundNotification { refund_id } => format!("{kind}:{refund_id}"),
            Self::SendCancellationNotification { cancellation_id } => {
                format!("{kind}:{cancellation_id}")
            }
            Self::ExpireAttempts
            | Self::ReconcilePayments
            | Self::ExpireCarts
            | Self::RefreshBestSellers
            | Self::CleanJobs
            | Self::ForgetSignIns
            | Self::FillCollections => kind.to_owned(),
        })
    }

    /// The jobs that schedules enqueue.
    #[must_use]
    pub fn scheduled() -> [Self; 7] {
        [
            Self::ExpireAttempts,
            Self::ReconcilePayments,
            Self::ExpireCarts,
            Self::RefreshBestSellers,
            Self::CleanJobs,
            Self::ForgetSignIns,
            Self::FillCollections,
        ]
    }

    /// The arguments as they are stored, beside the kind.
    ///
    /// # Errors
    /// Never for the kinds there are; `serde_json` cannot promise it.
    pub fn args(&self) -> Result<Value, serde_json::Error> {
        let mut fields = match serde_json::to_value(self)? {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        fields.remove("kind");
        Ok(Value::Object(fields))
    }

    /// Reads what [`Job::args`] wrote.
    ///
    /// # Errors
    /// [`Unreadable`] for a kind or arguments that this build does not know, as an older worker
    /// meets them during a deploy.
    pub fn read(kind: &str, args: Value) -> Result<Self, Unreadable> {
        let mut fields = match args {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        fields.insert("kind".to_owned(), Value::String(kind.to_owned()));
        serde_json::from_value(Value::Object(fields)).map_err(|source| Unreadable {
            kind: kind.to_owned(),
            source,
        })
    }
}

impl Spec {
    /// The pause before the attempt after `attempt` (from 1): doubling, and spread by up to a
    /// quarter by `salt`, so that jobs that failed together do not come back together.
    #[must_use]
    pub fn pause(&self, attempt: i32, salt: i64) -> Duration {
        let doublings = u32::try_from(attempt.saturating_sub(1))
            .unwrap_or(0)
            .min(20);
        let pause = self
            .first_pause
            .saturating_mul(1 << doublings)
            .min(self.longest_pause);
        let quarters = u32::try_from((salt ^ i64::from(attempt)).rem_euclid(16)).unwrap_or(0);
        pause - pause / 64 * quarters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_of_each() -> Vec<Job> {
        let operation = Uuid::nil();
        let mut jobs = vec![
            Job::SettlePayment { operation },
            Job::CancelPayment { operation },
            Job::RefundPayment { operation },
            Job::ProcessWebhook {
                provider: "sandbox".to_owned(),
                event_id: "evt_1".to_owned(),
            },
            Job::SendOrderConfirmation { order_id: 7 },
            Job::SendAccountNotice { notice_id: 7 },
            Job::SendShippingConfirmation { fulfillment_id: 7 },
            Job::SendRefundNotification { refund_id: 7 },
            Job::SendCancellationNotification { cancellation_id: 7 },
        ];
        jobs.extend(Job::scheduled());
        jobs
    }

    #[test]
    fn each_kind_reads_back_under_its_own_name() {
        let jobs = one_of_each();
        assert_eq!(jobs.len(), SPECS.len());
        for (job, spec) in jobs.iter().zip(&SPECS) {
            assert_eq!(job.spec(), spec);
            assert_eq!(
                serde_json::to_value(job).unwrap()["kind"],
                spec.kind,
                "{job:?}"
            );
            assert_eq!(
                &Job::read(spec.kind, job.args().unwrap()).unwrap(),
                job,
                "{job:?}"
            );
            assert!(QUEUES.contains(&spec.queue), "{job:?}");
        }
    }

    #[test]
    fn exactly_the_scheduled_kinds_have_a_period() {
        let scheduled: Vec<_> = Job::scheduled().iter().map(|j| j.spec().kind).collect();
        let with_period: Vec<_> = SPECS
            .iter()
            .filter(|s| s.every.is_some())
            .map(|s| s.kind)
            .collect();
        assert_eq!(scheduled, with_period);
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let spec = Job::SettlePayment {
            operation: Uuid::nil(),
        }
        .spec();
        // A salt equal to the attempt takes the spread out.
        let pauses: Vec<_> = [1, 2, 3, 7, 25]
            .map(|n| spec.pause(n, i64::from(n)).as_millis())
            .to_vec();
        assert_eq!(pauses, [500, 1_000, 2_000, 30_000, 30_000]);
        let (least, most) = (0..16)
            .map(|salt| spec.pause(7, salt))
            .fold((Duration::MAX, Duration::ZERO), |(l, m), p| {
                (l.min(p), m.max(p))
            });
        assert_eq!(most, Duration::from_secs(30));
        assert!(least >= Duration::from_millis(22_500));
    }

    #[test]
    fn an_unknown_kind_is_told_by_name() {
        let error = Job::read("fold_laundry", Value::Null).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the stored job `fold_laundry` cannot be read"
        );
    }
}
