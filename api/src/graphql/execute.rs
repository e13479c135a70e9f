//! Runs the operations of one request.

use async_graphql::Response as Answer;
use commerce::Shop;
use poem::http::{Method, StatusCode};
use schema::context::Session;
use schema::operation::{self, Kind, Operation};
use schema::storefront;

use super::Gateway;
use super::decode::{Incoming, Refusal};

/// What came of a request.
pub(super) struct Done {
    /// Each operation, where it could be read, with its answer.
    pub(super) answers: Vec<(Option<Operation>, Answer)>,
    /// Whether they are answered as a list.
    pub(super) batch: bool,
}

/// Runs the operations one after the other, as a client that wrote them one below the other expects.
pub(super) async fn execute(
    incoming: Incoming,
    gateway: &Gateway,
    shop: &Shop,
    request_id: &str,
    method: &Method,
) -> Result<Done, Refusal> {
    let mut answers = Vec::with_capacity(incoming.operations.len());
    for mut request in incoming.operations {
        let operation = match operation::inspect(&mut request) {
            Ok(operation) => operation,
            Err(error) => {
                answers.push((None, Answer::from_errors(vec![error])));
                continue;
            }
        };
        if method == Method::GET && operation.kind != Kind::Query {
            let what = format!("a {} must be sent with POST", operation.kind.name());
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, what));
        }
        let session = Session::new(shop.clone(), request_id.to_owned(), &operation);
        let answer = storefront::execute(&gateway.schema, request, session).await;
        answers.push((Some(operation), answer));
    }
    Ok(Done {
        answers,
        batch: incoming.batch,
    })
}
