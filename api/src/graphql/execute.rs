//! Runs the operations of one request.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response as Answer, ServerError, Value};
use commerce::{Shop, meter};
use poem::http::{Method, StatusCode};
use schema::caching::{self, Notes};
use schema::context::Session;
use schema::operation::{self, Kind, Operation};
use schema::places::Place;
use schema::spending::{self, Allowance, Expected, Spending};
use schema::storefront;

use super::Gateway;
use super::answers::{Found, Fresh, Source};
use super::caller::Caller;
use super::decode::{self, Asked, Raw, Refusal};
use super::encode::Part;
use super::front::Prepared;
use super::gate::{self, Account, Ticket};
use super::http_cache::Asking;
use super::kept::Kept;
use super::key::Key;
use super::persisted::Hash;

/// What came of a request.
pub(super) struct Done {
    /// One for each operation.
    pub(super) replies: Vec<Reply>,
    /// Whether they are answered as a list.
    pub(super) batch: bool,
    /// Where the caller stands after the last operation that counted.
    pub(super) account: Option<Account>,
    /// The place among large answers, until there is room for the body.
    pub(super) place: Option<Place>,
}

/// What came of one operation.
pub(super) struct Reply {
    /// The operation, where it could be read.
    pub(super) operation: Option<Arc<Operation>>,
    /// Its answer.
    pub(super) found: Found,
    /// What it cost, to be told beside an answer that is kept.
    pub(super) cost: Option<Value>,
    /// Whether something was written for it.
    pub(super) wrote: bool,
    /// The answer as it is sent, if it is written out already, as it is in a batch: texts are smaller than what they are
    /// made of.
    pub(super) part: Option<Part>,
}

impl Reply {
    fn made(operation: Option<Arc<Operation>>, answer: Answer) -> Self {
        Self {
            operation,
            found: Found::Made(Box::new(answer)),
            cost: None,
            wrote: false,
            part: None,
        }
    }

    /// Writes the answer out, and answers how long it is.
    fn write_out(&mut self) -> u64 {
        self.part = Part::of(self);
        if let Found::Made(answer) = &mut self.found {
            answer.data = Value::Null;
        }
        self.part.as_ref().map_or(0, Part::length)
    }
}

impl Done {
    /// The one answer, if it is one that everybody gets.
    pub(super) fn public(&self) -> Option<&Kept> {
        match self.replies.as_slice() {
            [single] if !self.batch => match &single.found {
                Found::Kept(kept, _) => Some(kept),
                Found::Made(_) => None,
            },
            _ => None,
        }
    }

    /// What everybody may be given again says nothing of one caller.
    fn told(mut self, errand: &Errand<'_>) -> Self {
        if errand.asking.is_get && self.public().is_some() {
            self.account = None;
            self.replies.iter_mut().for_each(|reply| reply.cost = None);
        }
        self
    }

    /// What the caches had to do with it, for the log.
    pub(super) fn cache(&self) -> &'static str {
        match self.replies.as_slice() {
            [single] => match single.found {
                Found::Kept(_, Source::Process) => "hit",
                Found::Kept(_, Source::Waited) => "waited",
                Found::Kept(_, Source::Shared) => "shared",
                Found::Kept(_, Source::Made) => "miss",
                Found::Made(_) => "-",
            },
            _ => "-",
        }
    }
}

/// On whose behalf operations are run.
pub(super) struct Errand<'r> {
    pub(super) caller: &'r Caller,
    pub(super) shop: &'r Shop,
    pub(super) request_id: &'r str,
    pub(super) method: &'r Method,
    pub(super) asking: &'r Asking,
}

/// The answer to a request that was read before, if it is kept.
pub(super) async fn kept(raw: &Raw, gateway: &Gateway, errand: &Errand<'_>) -> Option<Done> {
    if !errand.asking.anonymous {
        return None;
    }
    let prepared = gateway.front.get(raw)?;
    let kept = gateway.answers.as_ref()?.get(&prepared.key)?;
    let operation = Arc::clone(&prepared.operation);
    let (reply, account) = match gateway.gate.admit(errand.caller, &operation).await {
        Ok(ticket) => {
            let actual = kept.cost;
            let found = Found::Kept(kept, Source::Process);
            settle(ticket, operation, found, actual)
        }
        Err((refused, after)) => (Reply::made(Some(operation), refused), after),
    };
    let done = Done {
        replies: vec![reply],
        batch: false,
        account,
        place: None,
    };
    Some(done.told(errand))
}

/// Runs the operations one after the other, as a client that wrote them one below the other expects.
pub(super) async fn execute(
    raw: Raw,
    gateway: &Gateway,
    errand: &Errand<'_>,
) -> Result<Done, Refusal> {
    let incoming = decode::decode(&raw, &gateway.limits)?;
    let mut answers = Answers {
        is_batch: incoming.batch,
        left: gateway.gate.allowance(errand.caller).bytes,
        replies: Vec::with_capacity(incoming.operations.len()),
        account: None,
        place: None,
        public: None,
    };
    for asked in incoming.operations {
        answers.add(asked, gateway, errand).await?;
    }
    let done = Done {
        replies: answers.replies,
        batch: incoming.batch,
        account: answers.account,
        place: answers.place,
    };
    let public = answers.public.filter(|_| done.public().is_some());
    if let Some((operation, key)) = public {
        gateway.front.put(raw, Prepared { operation, key });
    }
    Ok(done.told(errand))
}

/// Bytes of a batch that are held without a place.
const HELD: u64 = 64 * 1024;

/// The answers to the operations of a request, as they come.
struct Answers {
    is_batch: bool,
    /// Bytes that may still be answered: the answers of a batch are as long together as one may be.
    left: u64,
    replies: Vec<Reply>,
    account: Option<Account>,
    /// The place among large answers, which all of them use one after the other.
    place: Option<Place>,
    /// The last operation, if the request's bytes alone lead to it.
    public: Option<(Arc<Operation>, Key)>,
}

impl Answers {
    /// Runs one operation.
    async fn add(
        &mut self,
        asked: Asked,
        gateway: &Gateway,
        errand: &Errand<'_>,
    ) -> Result<(), Refusal> {
        let Asked {
            operation: mut request,
            hash,
        } = asked;
        let brought = hash.filter(|_| !request.query.is_empty());
        let operation = match read(&mut request, hash, gateway).await {
            Ok(operation) => Arc::new(operation),
            Err(error) => {
                self.push(Reply::made(None, Answer::from_errors(vec![error])));
                return Ok(());
            }
        };
        let brought = brought.map(|hash| (hash, request.query.clone()));
        if errand.method == Method::GET && operation.kind != Kind::Query {
            let what = format!("a {} must be sent with POST", operation.kind.name());
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, what));
        }
        if self.left == 0 {
            let error = spending::batch_is_full(gateway.gate.allowance(errand.caller).bytes);
            let answer = Answer::from_errors(vec![error]);
            self.push(Reply::made(Some(operation), answer));
            return Ok(());
        }
        match gateway.gate.admit(errand.caller, &operation).await {
            Ok(ticket) => {
                let writes = meter::writes();
                let (found, spending, key) = self.run(request, &operation, gateway, errand).await;
                self.public = key.map(|key| (Arc::clone(&operation), key));
                if let Some((hash, text)) = brought.filter(|_| found.was_run()) {
                    let who = errand.caller.who.network.to_string();
                    gateway.persisted.remember(hash, &text, &who).await;
                }
                let actual = match &found {
                    Found::Kept(kept, _) => kept.cost,
                    Found::Made(answer) => gate::actual(&operation.plan, answer, Some(&spending)),
                };
                self.place = spending.take_place();
                if let Found::Kept(kept, _) = &found {
                    let length = u64::try_from(kept.data.len()).unwrap_or(u64::MAX);
                    self.have_place(length, gateway, errand).await;
                }
                let (mut reply, after) = settle(ticket, operation, found, actual);
                reply.wrote = meter::writes() > writes;
                self.account = after.or(self.account);
                self.push(reply);
            }
            Err((refused, after)) => {
                self.account = after.or(self.account);
                self.push(Reply::made(Some(operation), refused));
            }
        }
        Ok(())
    }

    fn push(&mut self, mut reply: Reply) {
        if self.is_batch {
            self.left = self.left.saturating_sub(reply.write_out());
        }
        self.replies.push(reply);
    }

    /// Runs an operation, or finds its answer; and its name, if the request's bytes alone lead to it.
    async fn run(
        &mut self,
        mut request: Request,
        operation: &Operation,
        gateway: &Gateway,
        errand: &Errand<'_>,
    ) -> (Found, Arc<Spending>, Option<Key>) {
        let query = Query::of(&mut request);
        let known = query.as_ref().and_then(|query| query.alone);
        let has_replica = errand.shop.db.replica_health().is_some();
        let catalogue = has_replica && query.as_ref().is_some_and(|query| query.catalogue);
        let counted = Mutex::new(self.spending(operation, gateway, errand).await);
        let spending = || Arc::clone(&counted.lock().unwrap_or_else(PoisonError::into_inner));
        let make = async |notes: Option<Notes>, from_replica: bool| {
            let session = || {
                let (shop, who) = (errand.shop.clone(), errand.caller.who.clone());
                let session = Session::new(shop, who, errand.request_id.to_owned(), operation);
                match &notes {
                    Some(notes) => session.noting(notes.clone()),
                    None => session,
                }
            };
            let schema = match &known {
                Some(key) if gateway.documents.is_valid(key) => &gateway.trusting,
                _ => &gateway.schema,
            };
            let answer = if catalogue && from_replica {
                let (text, variables) = (request.query.clone(), request.variables.clone());
                let name = request.operation_name.clone();
                let first = spending();
                let answer =
                    storefront::execute_on_replica(schema, request, session(), &first).await;
                if let Some(answer) = answer {
                    answer
                } else {
                    errand.shop.db.doubt_replica();
                    let mut again = Request::new(text).variables(variables);
                    again.operation_name = name;
                    gateway.documents.put_into(&mut again);
                    *counted.lock().unwrap_or_else(PoisonError::into_inner) =
                        Arc::new(first.again());
                    storefront::execute(schema, again, session(), &spending()).await
                }
            } else {
                storefront::execute(schema, request, session(), &spending()).await
            };
            if let Some(key) = known.filter(|_| answer.errors.is_empty()) {
                gateway.documents.was_valid(key);
            }
            let cost = gate::actual(&operation.plan, &answer, Some(&spending()));
            Fresh { answer, cost }
        };
        let public = query.filter(|query| query.public && errand.asking.anonymous);
        match (&gateway.answers, public) {
            (Some(answers), Some(query)) => {
                let found = answers.answer(query.key, make).await;
                (found, spending(), query.alone)
            }
            _ => {
                let answer = make(None, true).await.answer;
                (Found::Made(Box::new(answer)), spending(), None)
            }
        }
    }

    /// Counts what an operation takes. The answers of a batch wait for each other, and so have a place if they are long.
    async fn spending(
        &mut self,
        operation: &Operation,
        gateway: &Gateway,
        errand: &Errand<'_>,
    ) -> Arc<Spending> {
        let all = gateway.gate.allowance(errand.caller);
        let written = all.bytes.saturating_sub(self.left);
        self.have_place(written, gateway, errand).await;
        let places = gateway.memory.places(&errand.caller.client());
        let allowance = Allowance {
            bytes: self.left,
            ..all
        };
        let expected = Expected {
            points: operation.plan.fixed(),
            bytes: operation.plan.bytes(),
            stops: operation.kind == Kind::Query,
        };
        let place = self.place.take();
        Arc::new(Spending::new(allowance, expected, places, place))
    }

    /// Takes a place if a batch has none and holds so many bytes.
    async fn have_place(&mut self, bytes: u64, gateway: &Gateway, errand: &Errand<'_>) {
        if self.is_batch && bytes > HELD && self.place.is_none() {
            let places = gateway.memory.places(&errand.caller.client());
            self.place = places.place().await;
        }
    }
}

/// Finds the operation in its document, which may only be named.
async fn read(
    request: &mut Request,
    hash: Option<Hash>,
    gateway: &Gateway,
) -> Result<Operation, ServerError> {
    if let Some(hash) = hash {
        gateway.persisted.resolve(request, hash).await?;
    }
    gateway.documents.put_into(request);
    let operation = operation::inspect(request, storefront::types(), &gateway.limits.document)?;
    gateway.documents.remember(request);
    Ok(operation)
}

/// Settles what was taken for an operation, and tells the client.
fn settle(
    ticket: Ticket<'_>,
    operation: Arc<Operation>,
    found: Found,
    actual: u64,
) -> (Reply, Option<Account>) {
    let (cost, account) = ticket.settle(actual).unzip();
    let (found, cost) = match (found, cost) {
        (Found::Made(answer), Some(cost)) => {
            let answer = answer.extension("cost", cost);
            (Found::Made(Box::new(answer)), None)
        }
        other => other,
    };
    let reply = Reply {
        operation: Some(operation),
        found,
        cost,
        wrote: false,
        part: None,
    };
    (reply, account)
}

/// A query, as far as the caches go.
struct Query {
    /// Its name, with its variables.
    key: Key,
    /// The same, if its document has no other operation: variables of another one are validated, too.
    alone: Option<Key>,
    /// Whether everybody gets the same answer.
    public: bool,
    /// Whether it reads the catalogue only, and so may read the replica.
    catalogue: bool,
}

impl Query {
    fn of(request: &mut Request) -> Option<Self> {
        let (text, variables) = (request.query.clone(), request.variables.clone());
        let name = request.operation_name.clone();
        let document = request.parsed_query().ok()?;
        let mut operations = document.operations.iter();
        let (_, operation) = match &name {
            Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name == wanted)),
            None => operations.next(),
        }?;
        if operation.node.ty != OperationType::Query {
            return None;
        }
        let key = Key::of(&text, name.as_deref(), &operation.node, &variables);
        let alone = document.operations.iter().count() == 1;
        Some(Self {
            key,
            alone: alone.then_some(key),
            public: caching::is_public(document, &operation.node),
            catalogue: caching::is_catalogue(document, &operation.node),
        })
    }
}
