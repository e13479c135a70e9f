//! Which handler does which job. A kind without a handler does not compile.

use commerce::jobs::{Job, Verdict};
use commerce::kernel::Fault;

use crate::Env;
use crate::handlers::{mail, maintenance, payment, reconcile};

/// Does one job. A [`Fault`] means trying again after a pause.
pub(crate) async fn dispatch(env: &Env, job: Job) -> Result<Verdict, Fault> {
    match job {
        Job::SettlePayment { operation } => payment::settle(env, operation).await,
        Job::CancelPayment { operation } => payment::cancel(env, operation).await,
        Job::RefundPayment { operation } => payment::refund(env, operation).await,
        Job::ProcessWebhook { provider, event_id } => {
            payment::webhook(env, &provider, &event_id).await
        }
        Job::SendOrderConfirmation { order_id } => mail::order_confirmation(env, order_id).await,
        Job::SendAccountNotice { notice_id } => mail::account_notice(env, notice_id).await,
        Job::SendShippingConfirmation { fulfillment_id } => {
            mail::shipping_confirmation(env, fulfillment_id).await
        }
        Job::SendRefundNotification { refund_id } => {
            mail::refund_notification(env, refund_id).await
        }
        Job::SendCancellationNotification { cancellation_id } => {
            mail::cancellation_notification(env, cancellation_id).await
        }
        Job::ExpireAttempts => payment::expire_attempts(env).await,
        Job::ReconcilePayments => reconcile::reconcile(env).await,
        Job::ExpireCarts => maintenance::expire_carts(env).await,
        Job::RefreshBestSellers => maintenance::refresh_best_sellers(env).await,
        Job::CleanJobs => maintenance::clean_jobs(env).await,
        Job::ForgetSignIns => maintenance::forget_sign_ins(env).await,
        Job::FillCollections => maintenance::fill_collections(env).await,
    }
}
