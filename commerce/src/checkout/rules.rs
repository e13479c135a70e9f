//! What follows from a report about a payment: the whole state machine, in one pure function.

use super::{RefundReason, State};
use crate::kernel::Money;
use crate::payment::{Decline, DeclineCode, Progress};

/// What is true when a report arrives, its facts included.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// How far the attempt has come.
    pub state: State,
    /// What the buyer accepted to pay.
    pub amount: Money,
    /// What was taken so far; `None` when it was taken in another currency.
    pub captured: Option<Money>,
    /// Whether any money was taken, in whatever currency.
    pub is_paid: bool,
    /// Whether the cart has not become an order.
    pub cart_is_open: bool,
    /// Whether the provider told something later before: then only money counts.
    pub is_stale: bool,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing changes for the attempt.
    Nothing,
    /// Make the order; the stock is held.
    Complete,
    /// Hold the stock again and make the order, or give the money back.
    CompleteLate,
    /// No order can be made of this money: give it back.
    GiveBack(RefundReason),
    /// Money was taken that the order does not cost: give the difference back.
    GiveBackExcess,
    /// Declined: release the stock.
    Fail(Decline),
    /// Called off in time: release the stock.
    Expire,
    /// Send the buyer there.
    RequireAction(String),
    /// The provider has not decided.
    Wait,
}

/// Decides. Taken money counts before everything else the report says: it becomes an order, or it
/// is given back.
#[must_use]
pub fn decide(now: &Situation, progress: &Progress) -> Step {
    if now.is_paid {
        return paid(now);
    }
    if now.is_stale {
        return Step::Nothing;
    }
    match (progress, now.state) {
        (Progress::Declined(decline), state) if state.is_live() => Step::Fail(decline.clone()),
        (Progress::Canceled, State::Expiring) => Step::Expire,
        (Progress::Canceled, state) if state.is_live() => Step::Fail(Decline {
            code: DeclineCode::Canceled,
            message: "the payment was called off".to_owned(),
        }),
        (Progress::ActionRequired { url }, State::AwaitingPayment | State::Processing) => {
            Step::RequireAction(url.clone())
        }
        (Progress::Pending, State::AwaitingPayment | State::ActionRequired) => Step::Wait,
        _ => Step::Nothing,
    }
}

fn paid(now: &Situation) -> Step {
    let is_exact = now.captured == Some(now.amount);
    match now.state {
        State::Completed if is_exact => Step::Nothing,
        State::Completed => Step::GiveBackExcess,
        _ if now.captured.is_none() => Step::GiveBack(RefundReason::WrongCurrency),
        _ if !is_exact => Step::GiveBack(RefundReason::WrongAmount),
        _ if !now.cart_is_open => Step::GiveBack(RefundReason::AlreadyBought),
        State::Failed | State::Expired => Step::CompleteLate,
        State::RefundDue => Step::GiveBack(RefundReason::Late),
        _ => Step::Complete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Currency;

    fn situation(state: State, captured: i64) -> Situation {
        let usd = |minor| Money::new(minor, Currency::USD);
        Situation {
            state,
            amount: usd(1_000),
            captured: Some(usd(captured)),
            is_paid: captured > 0,
            cart_is_open: true,
            is_stale: false,
        }
    }

    fn declined() -> Progress {
        Progress::Declined(Decline {
            code: DeclineCode::CardDeclined,
            message: String::new(),
        })
    }

    #[test]
    fn the_exact_amount_makes_an_order_whatever_else_is_said() {
        for progress in [
            Progress::Captured,
            Progress::Pending,
            declined(),
            Progress::Canceled,
        ] {
            for state in State::LIVE {
                assert_eq!(decide(&situation(state, 1_000), &progress), Step::Complete);
            }
            for state in [State::Failed, State::Expired] {
                let step = decide(&situation(state, 1_000), &progress);
                assert_eq!(step, Step::CompleteLate);
            }
            let step = decide(&situation(State::Completed, 1_000), &progress);
            assert_eq!(step, Step::Nothing);
        }
    }

    #[test]
    fn any_other_amount_or_currency_is_given_back() {
        for captured in [1, 999, 1_001] {
            for state in [State::AwaitingPayment, State::Expired, State::RefundDue] {
                let step = decide(&situation(state, captured), &Progress::Captured);
                assert_eq!(step, Step::GiveBack(RefundReason::WrongAmount));
            }
        }
        let foreign = Situation {
            captured: None,
            ..situation(State::AwaitingPayment, 1_000)
        };
        let step = decide(&foreign, &Progress::Captured);
        assert_eq!(step, Step::GiveBack(RefundReason::WrongCurrency));
        let twice = situation(State::Completed, 2_000);
        assert_eq!(decide(&twice, &Progress::Captured), Step::GiveBackExcess);
    }

    #[test]
    fn money_for_a_cart_that_is_an_order_already_is_given_back() {
        for state in [State::Failed, State::Expired, State::AwaitingPayment] {
            let taken = Situation {
                cart_is_open: false,
                ..situation(state, 1_000)
            };
            let step = decide(&taken, &Progress::Captured);
            assert_eq!(step, Step::GiveBack(RefundReason::AlreadyBought));
        }
    }

    #[test]
    fn without_money_finished_attempts_stay_as_they_are() {
        for state in [
            State::Completed,
            State::Failed,
            State::Expired,
            State::RefundDue,
        ] {
            for progress in [Progress::Pending, declined(), Progress::Canceled] {
                assert_eq!(decide(&situation(state, 0), &progress), Step::Nothing);
            }
        }
    }

    #[test]
    fn only_an_attempt_out_of_time_expires() {
        let step = decide(&situation(State::Expiring, 0), &Progress::Canceled);
        assert_eq!(step, Step::Expire);
        let step = decide(&situation(State::Processing, 0), &Progress::Canceled);
        assert!(matches!(step, Step::Fail(_)), "{step:?}");
        let step = decide(&situation(State::Expiring, 0), &Progress::Pending);
        assert_eq!(step, Step::Nothing);
    }

    #[test]
    fn what_is_older_than_the_last_report_moves_nothing_but_money() {
        let progress = [
            Progress::Pending,
            Progress::ActionRequired { url: String::new() },
            declined(),
            Progress::Canceled,
        ];
        for state in State::LIVE {
            let stale = |captured| Situation {
                is_stale: true,
                ..situation(state, captured)
            };
            for progress in &progress {
                assert_eq!(decide(&stale(0), progress), Step::Nothing);
                assert_eq!(decide(&stale(1_000), progress), Step::Complete);
            }
        }
    }
}
