//! The walk over all failpoints: each kills a real process once, at the same moment of the same
//! purchase in every run. Then the process is started again, time is let pass for the jobs that it
//! held, the buyer goes on under the same token, and everything must be as if nothing had happened.

use std::collections::BTreeSet;

use commerce::jobs::{self, Job};
use commerce::kernel::failpoint;
use tests::load::buyer::Purchase;
use tests::sandbox::card;

use super::carts;
use super::stage::{Role, Stage, Tally, World};

/// A way that a purchase can go, and the places to die on it: which process, at which failpoint,
/// at which visit.
struct Story {
    card: &'static str,
    world: World,
    meanwhile: Meanwhile,
    end: Ends,
    deaths: &'static [(Role, &'static str)],
}

/// What happens once the provider was asked and has not decided yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Nothing,
    /// The bank approves, and the provider says so by webhook.
    Notified,
    /// The bank approves, and the reconciler hears of it first.
    Reconciled,
    /// The same, and the charge has been waited for so long that it is asked for again.
    ReconciledLate,
    /// The attempt runs out of time.
    TimeIsUp,
}

/// How it ends.
#[derive(Clone, Copy)]
enum Ends {
    /// One order, one charge, one mail.
    Ordered,
    /// None of them, and the stock is free again.
    Uncharged,
    /// One charge that was given back, and the stock is free again.
    GivenBack,
}

const USUAL: World = World {
    deaf: false,
    payment_timeout_ms: None,
    offers: false,
};

/// Buyers come with a discount code and a gift card.
const OFFERS: World = World {
    offers: true,
    ..USUAL
};

/// The card is charged at once: one job settles the payment, the next one mails.
const PURCHASE: Story = Story {
    card: card::APPROVED,
    world: USUAL,
    meanwhile: Meanwhile::Nothing,
    end: Ends::Ordered,
    deaths: &[
        (Role::Api, "hold.before_commit"),
        (Role::Api, "hold.after_commit"),
        (Role::Payments, "job.claimed"),
        (Role::Payments, "provider.before_call"),
        (Role::Payments, "provider.after_call"),
        (Role::Payments, "settle.before_commit"),
        (Role::Payments, "settle.after_commit"),
        (Role::Payments, "job.before_finish"),
        (Role::Payments, "job.after_finish"),
        (Role::Payments, "job.claimed:2"),
        (Role::Payments, "mail.before_send"),
        (Role::Payments, "mail.after_send"),
        (Role::Payments, "job.before_finish:2"),
        (Role::Payments, "job.after_finish:2"),
    ],
};

/// The bank takes its time: the second job acts on the webhook, and the third one mails.
const WEBHOOK: Story = Story {
    card: card::HELD,
    world: USUAL,
    meanwhile: Meanwhile::Notified,
    end: Ends::Ordered,
    deaths: &[
        (Role::Api, "webhook.before_commit"),
        (Role::Api, "webhook.after_commit"),
        (Role::Payments, "job.claimed:2"),
        (Role::Payments, "settle.before_commit:2"),
        (Role::Payments, "settle.after_commit:2"),
        (Role::Payments, "job.before_finish:2"),
        (Role::Payments, "job.after_finish:2"),
    ],
};

/// The bank takes too long: the sweeper ends the attempt, and the second job calls the charge off.
const EXPIRY: Story = Story {
    card: card::HELD,
    world: USUAL,
    meanwhile: Meanwhile::TimeIsUp,
    end: Ends::Uncharged,
    deaths: &[
        (Role::Maintenance, "expire.before_commit"),
        (Role::Maintenance, "expire.after_commit"),
        (Role::Payments, "job.claimed:2"),
        (Role::Payments, "provider.before_call:2"),
        (Role::Payments, "provider.after_call:2"),
        (Role::Payments, "settle.before_commit:2"),
        (Role::Payments, "settle.after_commit:2"),
        (Role::Payments, "job.before_finish:2"),
        (Role::Payments, "job.after_finish:2"),
    ],
};

/// The provider takes a wrong amount: the second job gives it back.
const REFUND: Story = Story {
    card: card::SHORT_CHARGE,
    world: USUAL,
    meanwhile: Meanwhile::Nothing,
    end: Ends::GivenBack,
    deaths: &[
        (Role::Payments, "settle.before_commit"),
        (Role::Payments, "settle.after_commit"),
        (Role::Payments, "job.claimed:2"),
        (Role::Payments, "provider.before_call:2"),
        (Role::Payments, "provider.after_call:2"),
        (Role::Payments, "settle.before_commit:2"),
        (Role::Payments, "settle.after_commit:2"),
        (Role::Payments, "job.before_finish:2"),
        (Role::Payments, "job.after_finish:2"),
    ],
};

/// The news never arrive: the reconciler asks for them.
const RECONCILIATION: Story = Story {
    card: card::HELD,
    world: World {
        deaf: true,
        ..USUAL
    },
    meanwhile: Meanwhile::Reconciled,
    end: Ends::Ordered,
    deaths: &[
        (Role::Maintenance, "job.claimed"),
        (Role::Maintenance, "reconcile.before_call"),
        (Role::Maintenance, "reconcile.after_call"),
        (Role::Maintenance, "settle.before_commit"),
        (Role::Maintenance, "settle.after_commit"),
    ],
};

/// The same, but it has been waited for so long that the charge is looked up, too.
const REPETITION: Story = Story {
    meanwhile: Meanwhile::ReconciledLate,
    deaths: &[
        (Role::Maintenance, "reconcile.before_enqueue"),
        (Role::Maintenance, "reconcile.after_enqueue"),
    ],
    ..RECONCILIATION
};

/// The request to the provider goes lost: it is asked what became of it, and then asked again.
const LOST_REQUEST: Story = Story {
    card: card::LOST_REQUEST,
    world: IMPATIENT,
    meanwhile: Meanwhile::Nothing,
    end: Ends::Ordered,
    deaths: UNANSWERED,
};

/// The provider's answer goes lost: the same, and the money is found to have been taken.
const LOST_ANSWER: Story = Story {
    card: card::LOST_ANSWER,
    world: IMPATIENT,
    meanwhile: Meanwhile::Nothing,
    end: Ends::Ordered,
    deaths: UNANSWERED,
};

const IMPATIENT: World = World {
    deaf: true,
    payment_timeout_ms: Some(1_000),
    offers: false,
};

/// A discount and a gift card are held with the stock, and spent with the order.
const SPENDING: Story = Story {
    world: OFFERS,
    deaths: &[
        (Role::Api, "hold.before_commit"),
        (Role::Api, "hold.after_commit"),
        (Role::Payments, "settle.before_commit"),
        (Role::Payments, "settle.after_commit"),
    ],
    ..PURCHASE
};

/// They are given back when the attempt runs out of time.
const GIVING_BACK: Story = Story {
    world: OFFERS,
    deaths: &[
        (Role::Maintenance, "expire.before_commit"),
        (Role::Payments, "settle.before_commit:2"),
        (Role::Payments, "settle.after_commit:2"),
    ],
    ..EXPIRY
};

const UNANSWERED: &[(Role, &str)] = &[
    (Role::Payments, "provider.after_call"),
    (Role::Payments, "job.before_finish"),
    (Role::Payments, "provider.before_call:2"),
];

/// Dies while it takes a dead worker's job over; see [`a_rescuer_may_die_too`].
const RESCUER: &str = "job.rescued";

#[tokio::test]
async fn a_purchase_survives_a_death_at_each_of_its_steps() {
    walk(&PURCHASE).await;
}

#[tokio::test]
async fn news_by_webhook_survive_a_death_at_each_of_their_steps() {
    walk(&WEBHOOK).await;
}

#[tokio::test]
async fn an_expiry_survives_a_death_at_each_of_its_steps() {
    walk(&EXPIRY).await;
}

#[tokio::test]
async fn a_refund_survives_a_death_at_each_of_its_steps() {
    walk(&REFUND).await;
}

#[tokio::test]
async fn a_reconciliation_survives_a_death_at_each_of_its_steps() {
    walk(&RECONCILIATION).await;
    walk(&REPETITION).await;
}

#[tokio::test]
async fn an_unanswered_charge_survives_a_death_and_is_made_once() {
    walk(&LOST_REQUEST).await;
    walk(&LOST_ANSWER).await;
}

#[tokio::test]
async fn discounts_and_gift_cards_survive_a_death_and_are_spent_once() {
    let stage = walk(&SPENDING).await;
    let spent = "SELECT count(*) FROM gift_cards WHERE (balance_minor, held_minor) = (0, 0)";
    assert_eq!(stage.app.count(spent).await, 4);
    let used = "SELECT count(*) FROM discount_uses WHERE state = 'redeemed' AND amount_minor = 100";
    assert_eq!(stage.app.count(used).await, 4);
}

#[tokio::test]
async fn discounts_and_gift_cards_come_back_after_a_death() {
    let stage = walk(&GIVING_BACK).await;
    let whole = "SELECT count(*) FROM gift_cards WHERE (balance_minor, held_minor) = (400, 0)";
    assert_eq!(stage.app.count(whole).await, 3);
    let unused = "SELECT count(*) FROM discounts WHERE usage_count = 0";
    assert_eq!(stage.app.count(unused).await, 1);
}

async fn walk(story: &Story) -> Stage {
    let mut stage = Stage::open(story.card, story.world).await;
    let mut wanted = Tally::default();
    let mut told = BTreeSet::new();
    for (round, (role, failpoint)) in story.deaths.iter().enumerate() {
        stage.scene = format!("{failpoint} in {role:?}");
        let end = die_once(&mut stage, story, round, *role, failpoint).await;
        match (story.end, end) {
            (Ends::Ordered, Purchase::Ordered(order)) => {
                assert!(told.insert(order), "two purchases have one order");
                wanted.orders += 1;
                wanted.captured += 1;
                wanted.mails += 1;
                wanted.committed += 1;
            }
            (Ends::Uncharged, Purchase::Refused(_)) => {}
            (Ends::GivenBack, Purchase::Refused(_)) => {
                wanted.captured += 1;
                wanted.refunded += 1;
            }
            (_, end) => panic!("it ended as {end:?}"),
        }
        stage.ends_with(wanted).await;
        stage.stop_workers().await;
        // Whoever worked until now may have done something twice.
        assert_eq!(stage.tally().await, wanted);
        assert_eq!(stage.orders().await, told);
    }
    stage
}

/// One purchase during which one process dies; answers what the buyer was told.
async fn die_once(
    stage: &mut Stage,
    story: &Story,
    round: usize,
    victim: Role,
    failpoint: &str,
) -> Purchase {
    let armed = [("FAILPOINT", failpoint)];
    let arms = |role| if role == victim { &armed[..] } else { &[] };
    if victim == Role::Api {
        stage.stop(Role::Api).await;
        stage.start(Role::Api, &armed).await;
        stage.ready(Role::Api).await;
    }
    stage.start(Role::Payments, arms(Role::Payments)).await;
    let purchase = stage.buys(stage.cart(round).await);
    if story.meanwhile != Meanwhile::Nothing {
        let undecided = "SELECT count(*) FROM checkout_attempts WHERE state = 'processing'";
        stage.until(1, undecided).await;
        arrange(stage, story.meanwhile).await;
    }
    if !matches!(story.meanwhile, Meanwhile::Nothing | Meanwhile::Notified) {
        stage
            .start(Role::Maintenance, arms(Role::Maintenance))
            .await;
    }
    stage.dies(victim).await;
    if victim == Role::Api {
        stage.start(Role::Api, &[]).await;
    } else {
        stage.fall_silent().await;
        stage.start(Role::Worker, &[]).await;
    }
    purchase.await.unwrap().expect("the purchase never ended")
}

/// Lets something happen, and has the jobs run that a schedule would bring in a moment.
async fn arrange(stage: &Stage, meanwhile: Meanwhile) {
    match meanwhile {
        Meanwhile::Nothing => {}
        Meanwhile::Notified => return stage.decide("approve").await,
        Meanwhile::Reconciled => stage.decide("approve").await,
        Meanwhile::ReconciledLate => {
            stage.decide("approve").await;
            let stale =
                "UPDATE payment_operations SET updated_at = updated_at - interval '2 minutes'";
            stage.app.execute(stale).await;
        }
        Meanwhile::TimeIsUp => {
            let over = "UPDATE checkout_attempts SET expires_at = now() - interval '1 second' WHERE state = 'processing'";
            stage.app.execute(over).await;
        }
    }
    let due = [Job::ExpireAttempts, Job::ReconcilePayments];
    let mut conn = stage.app.conn().await;
    jobs::enqueue_all(&mut conn, &due).await.unwrap();
}

#[tokio::test]
async fn a_rescuer_may_die_too() {
    let mut stage = Stage::open(card::APPROVED, USUAL).await;
    stage.scene = RESCUER.to_owned();
    let claimed = [("FAILPOINT", "job.claimed")];
    stage.start(Role::Payments, &claimed).await;
    let purchase = stage.buys(stage.cart(0).await);
    stage.dies(Role::Payments).await;
    stage.fall_silent().await;
    stage.start(Role::Worker, &[("FAILPOINT", RESCUER)]).await;
    stage.dies(Role::Worker).await;
    // The claims of neither are left, so nothing has to be waited for.
    stage.start(Role::Worker, &[]).await;
    let end = purchase.await.unwrap();
    assert!(matches!(end, Some(Purchase::Ordered(_))), "{end:?}");
    stage.ends_with(ONE_ORDER).await;
    stage.stop(Role::Worker).await;
}

#[tokio::test]
async fn a_dead_workers_job_comes_back_by_the_clock_alone() {
    let mut stage = Stage::open(card::APPROVED, USUAL).await;
    let claimed = [("FAILPOINT", "job.claimed")];
    stage.start(Role::Payments, &claimed).await;
    let purchase = stage.buys(stage.cart(0).await);
    stage.dies(Role::Payments).await;
    let soon = [("WORKER_RESCUE_AFTER_SECONDS", "2")];
    stage.start(Role::Worker, &soon).await;
    let end = purchase.await.unwrap();
    assert!(matches!(end, Some(Purchase::Ordered(_))), "{end:?}");
    stage.ends_with(ONE_ORDER).await;
    let rescued = "SELECT count(*) FROM jobs WHERE kind = 'settle_payment' AND attempt >= 2 \
                   AND errors @> '[{\"why\": \"its worker gave no sign of life\"}]'";
    assert_eq!(stage.app.count(rescued).await, 1);
    stage.stop(Role::Worker).await;
}

pub(super) const ONE_ORDER: Tally = Tally {
    orders: 1,
    captured: 1,
    refunded: 0,
    mails: 1,
    committed: 1,
    unfinished: 0,
};

#[test]
fn every_failpoint_is_walked() {
    let stories = [
        PURCHASE,
        WEBHOOK,
        EXPIRY,
        REFUND,
        RECONCILIATION,
        REPETITION,
        LOST_REQUEST,
        LOST_ANSWER,
        SPENDING,
        GIVING_BACK,
    ];
    let deaths = stories.iter().flat_map(|story| story.deaths);
    let mut walked: BTreeSet<&str> = deaths
        .filter_map(|(_, failpoint)| failpoint.split(':').next())
        .collect();
    walked.extend(carts::DEATHS);
    walked.insert(RESCUER);
    let all: BTreeSet<&str> = failpoint::ALL.iter().copied().collect();
    assert_eq!(walked, all);
}
