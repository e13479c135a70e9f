//! Jobs that move money: the provider is called between two transactions, never inside one.

use commerce::jobs::Verdict;
use commerce::kernel::Fault;
use uuid::Uuid;

use crate::Env;

pub(crate) async fn settle(_env: &Env, _operation: Uuid) -> Result<Verdict, Fault> {
    Ok(Verdict::retry("payments are not handled yet"))
}

pub(crate) async fn cancel(_env: &Env, _operation: Uuid) -> Result<Verdict, Fault> {
    Ok(Verdict::retry("payments are not handled yet"))
}

pub(crate) async fn refund(_env: &Env, _operation: Uuid) -> Result<Verdict, Fault> {
    Ok(Verdict::retry("payments are not handled yet"))
}

pub(crate) async fn webhook(
    _env: &Env,
    _provider: &str,
    _event_id: &str,
) -> Result<Verdict, Fault> {
    Ok(Verdict::retry("payments are not handled yet"))
}

pub(crate) async fn expire_attempts(_env: &Env) -> Result<Verdict, Fault> {
    Ok(Verdict::Done)
}

pub(crate) async fn reconcile(_env: &Env) -> Result<Verdict, Fault> {
    Ok(Verdict::Done)
}
