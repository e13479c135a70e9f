//! Runs the operations of one request.

use async_graphql::Response as Answer;
use commerce::Shop;
use poem::http::{Method, StatusCode};
use schema::context::Session;
use schema::operation::{self, Kind, Operation};
use schema::storefront;

use super::Gateway;
use super::caller::Caller;
use super::decode::{Incoming, Refusal};
use super::gate::Account;

/// What came of a request.
pub(super) struct Done {
    /// Each operation, where it could be read, with its answer.
    pub(super) answers: Vec<(Option<Operation>, Answer)>,
    /// Whether they are answered as a list.
    pub(super) batch: bool,
    /// Where the caller stands after the last operation that counted.
    pub(super) account: Option<Account>,
}

/// On whose behalf operations are run.
pub(super) struct Errand<'r> {
    pub(super) caller: &'r Caller,
    pub(super) shop: &'r Shop,
    pub(super) request_id: &'r str,
    pub(super) method: &'r Method,
}

/// Runs the operations one after the other, as a client that wrote them one below the other expects.
pub(super) async fn execute(
    incoming: Incoming,
    gateway: &Gateway,
    errand: &Errand<'_>,
) -> Result<Done, Refusal> {
    let mut answers = Vec::with_capacity(incoming.operations.len());
    let mut account = None;
    for mut request in incoming.operations {
        let operation =
            match operation::inspect(&mut request, storefront::types(), &gateway.limits.document) {
                Ok(operation) => operation,
                Err(error) => {
                    answers.push((None, Answer::from_errors(vec![error])));
                    continue;
                }
            };
        if errand.method == Method::GET && operation.kind != Kind::Query {
            let what = format!("a {} must be sent with POST", operation.kind.name());
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, what));
        }
        let (answer, after) = match gateway.gate.admit(errand.caller, &operation.plan).await {
            Ok(ticket) => {
                let session = Session::new(
                    errand.shop.clone(),
                    errand.caller.who.clone(),
                    errand.request_id.to_owned(),
                    &operation,
                );
                let answer = storefront::execute(&gateway.schema, request, session).await;
                ticket.settle(&operation.plan, answer)
            }
            Err(refused) => refused,
        };
        account = after.or(account);
        answers.push((Some(operation), answer));
    }
    Ok(Done {
        answers,
        batch: incoming.batch,
        account,
    })
}
