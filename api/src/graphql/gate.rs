//! The gate: what an operation may cost is taken from its caller's bucket before it runs, and what it
//! turned out not to need is given back.
//!
//! An operation that is given up half-way, because its time is over or its client has gone, is not
//! given anything back: its work was done.

use std::time::Duration;

use async_graphql::{ErrorExtensionValues, Response as Answer, ServerError, Value, value};
use commerce::Shop;
use commerce::kernel::Clock;
use commerce::kv::bucket::{Buckets, Size, Standing};
use metrics::counter;
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use schema::cost::Plan;
use schema::errors::TOO_DEAR;
use schema::limits::Limits;
use schema::operation::Operation;
use schema::spending::{Allowance, Spending};

use super::caller::Caller;
use crate::middleware::{LIMIT, POLICY, whole_seconds};

/// What a kind of caller may spend, in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Points that a caller's bucket holds; 0 for no bucket, and so no end.
    pub bucket: u32,
    /// Points that come back every second.
    pub per_second: u32,
    /// The most that one operation may cost; a query that turns out to cost more is stopped.
    pub maximum: u32,
}

impl Budget {
    fn size(self) -> Size {
        Size {
            capacity: self.bucket,
            per_second: self.per_second,
        }
    }

    /// The most that one operation may cost: what the bucket cannot hold would wait for ever.
    fn maximum(self) -> u64 {
        match self.bucket {
            0 => self.maximum.into(),
            bucket => self.maximum.min(bucket).into(),
        }
    }
}

/// Judges operations by their cost.
pub(super) struct Gate {
    buckets: Buckets,
    clock: Clock,
    limits: Limits,
}

/// An operation that was let in, and what was taken for it.
pub(super) struct Ticket<'g> {
    gate: &'g Gate,
    caller: &'g Caller,
    cost: u64,
    standing: Option<Standing>,
}

/// Where a caller stands after an operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    budget: Budget,
    standing: Standing,
}

/// The code of an operation that its caller has no points for.
pub(super) const THROTTLED: &str = "THROTTLED";

impl Gate {
    /// Keeps buckets under `prefix`; a decision waits for Redis no longer than `patience`.
    pub(super) fn new(shop: &Shop, prefix: &str, patience: Duration, limits: Limits) -> Self {
        for decision in ["allowed", "throttled", "too_dear"] {
            count(decision, true, 0);
        }
        for kind in ["requested", "actual"] {
            counter!("cartwright_points_total", "kind" => kind).increment(0);
        }
        Self {
            buckets: Buckets::new(shop.kv.clone(), &format!("{prefix}:points"), patience),
            clock: shop.clock.clone(),
            limits,
        }
    }

    /// What an operation of a caller may take.
    pub(super) fn allowance(&self, caller: &Caller) -> Allowance {
        let most = |limit: usize| u64::try_from(limit).unwrap_or(u64::MAX);
        Allowance {
            points: caller.budget.maximum(),
            fields: most(self.limits.fields),
            bytes: most(self.limits.response_bytes),
        }
    }

    /// What an operation may cost and how much it may be, if that is less. What it costs whatever is answered has to be
    /// in the budget of one operation. Full pages rarely are what is answered, so the bound on those is for bombs only:
    /// a query is stopped where its budget ends, and what a mutation did is answered.
    fn excess(&self, operation: &Operation, maximum: u64) -> Option<(u64, u64)> {
        let plan = &operation.plan;
        let (cost, fixed) = (plan.cost(), plan.fixed());
        if fixed > maximum {
            return Some((fixed, maximum));
        }
        let bound = u64::try_from(self.limits.cost).unwrap_or(u64::MAX);
        (cost > bound).then_some((cost, bound))
    }

    /// Takes what an operation may cost; or says why it is not run.
    pub(super) async fn admit<'g>(
        &'g self,
        caller: &'g Caller,
        operation: &Operation,
    ) -> Result<Ticket<'g>, (Answer, Option<Account>)> {
        let budget = caller.budget;
        if let Some((cost, most)) = self.excess(operation, budget.maximum()) {
            decided("too_dear", true);
            return Err((too_dear(cost, most), None));
        }
        // A query is stopped there, and no more is charged for a mutation.
        let cost = operation.plan.cost().min(budget.maximum());
        let mut ticket = Ticket {
            gate: self,
            caller,
            cost,
            standing: None,
        };
        if budget.bucket == 0 {
            return Ok(ticket);
        }
        let standing = self.take(caller, cost).await;
        let account = Account { budget, standing };
        if !standing.allowed {
            decided("throttled", standing.shared);
            return Err((throttled(cost, &account), Some(account)));
        }
        decided("allowed", standing.shared);
        ticket.standing = Some(standing);
        Ok(ticket)
    }
}

impl Gate {
    /// Takes from each bucket that pays for the caller, or from none; answers where the emptiest stands.
    async fn take(&self, caller: &Caller, cost: u64) -> Standing {
        let (size, now) = (caller.budget.size(), self.clock.now());
        let Some(place) = &caller.place else {
            return self.buckets.take(&caller.key, size, cost, now).await;
        };
        let shared = self.buckets.take(place, size, cost, now).await;
        if !shared.allowed {
            return shared;
        }
        let own = self.buckets.take(&caller.key, size, cost, now).await;
        if !own.allowed {
            self.buckets.give_back(place, size, cost, now);
            return own;
        }
        if shared.available < own.available {
            shared
        } else {
            own
        }
    }

    /// Gives back what was taken from each of the caller's buckets and not needed.
    fn give_back(&self, caller: &Caller, points: u64) {
        let (size, now) = (caller.budget.size(), self.clock.now());
        for key in std::iter::once(&caller.key).chain(&caller.place) {
            self.buckets.give_back(key, size, points, now);
        }
    }
}

impl Ticket<'_> {
    /// Gives back what an answer that really cost `actual` did not need; answers what the client is
    /// told.
    pub(super) fn settle(self, actual: u64) -> Option<(Value, Account)> {
        let standing = self.standing?;
        let actual = actual.min(self.cost);
        let over = self.cost.saturating_sub(actual);
        let budget = self.caller.budget;
        self.gate.give_back(self.caller, over);
        counter!("cartwright_points_total", "kind" => "requested").increment(self.cost);
        counter!("cartwright_points_total", "kind" => "actual").increment(actual);
        let account = Account {
            budget,
            standing: standing.with(budget.size(), over),
        };
        Some((report(self.cost, Some(actual), &account), account))
    }
}

/// What an answer really cost: its objects or its bytes, whichever is more; all that it may if it was stopped.
pub(super) fn actual(plan: &Plan, answer: &Answer, spending: Option<&Spending>) -> u64 {
    if spending.is_some_and(Spending::was_stopped) {
        return u64::MAX;
    }
    if was_run(answer) {
        let bytes = spending.map_or(0, Spending::points_of_bytes);
        plan.cost_of(&answer.data).max(bytes)
    } else {
        Plan::LEAST
    }
}

/// Whether an operation was run, and not refused by validation.
pub(super) fn was_run(answer: &Answer) -> bool {
    answer.errors.is_empty() || answer.errors.iter().any(|error| !error.path.is_empty())
}

impl Account {
    /// The headers of the limit (draft-ietf-httpapi-ratelimit-headers), beside those of others.
    pub(super) fn decorate(&self, headers: &mut HeaderMap) {
        let (quota, per_second) = (self.budget.bucket, self.budget.per_second.max(1));
        let window = quota.div_ceil(per_second).max(1);
        let (left, wait) = (self.standing.available, whole_seconds(self.standing.wait));
        let lines: [(HeaderName, String); 2] = [
            (POLICY, format!("\"cost\";q={quota};w={window}")),
            (LIMIT, format!("\"cost\";r={left};t={wait}")),
        ];
        for (name, line) in lines {
            if let Ok(line) = HeaderValue::try_from(line) {
                headers.append(name, line);
            }
        }
        if !self.standing.allowed {
            headers.insert(header::RETRY_AFTER, wait.into());
        }
    }
}

fn report(requested: u64, actual: Option<u64>, account: &Account) -> Value {
    let Account { budget, standing } = account;
    value!({
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": {
            "maximumAvailable": budget.bucket,
            "currentlyAvailable": standing.available,
            "restoreRate": budget.per_second,
        }
    })
}

fn throttled(cost: u64, account: &Account) -> Answer {
    let wait = whole_seconds(account.standing.wait);
    let what = format!(
        "the operation may cost {cost} points and {} are left; try again in {wait} seconds, or ask for less",
        account.standing.available
    );
    let error = refusal(what, |extensions| extensions.set("code", THROTTLED));
    Answer::from_errors(vec![error]).extension("cost", report(cost, None, account))
}

fn too_dear(cost: u64, maximum: u64) -> Answer {
    let what = format!(
        "the operation may cost {cost} points, more than the {maximum} that one may cost; \
         ask for smaller pages, or split it"
    );
    Answer::from_errors(vec![refusal(what, |extensions| {
        extensions.set("code", TOO_DEAR);
        extensions.set("cost", cost);
        extensions.set("maxCost", maximum);
    })])
}

fn refusal(what: String, fill: impl FnOnce(&mut ErrorExtensionValues)) -> ServerError {
    let mut error = ServerError::new(what, None);
    fill(error.extensions.get_or_insert_default());
    error
}

fn decided(decision: &'static str, shared: bool) {
    count(decision, shared, 1);
}

fn count(decision: &'static str, shared: bool, by: u64) {
    let shared = if shared { "yes" } else { "no" };
    counter!("cartwright_gate_decisions_total", "decision" => decision, "shared" => shared)
        .increment(by);
}
