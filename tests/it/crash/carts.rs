//! The commits before the purchase: a cart's change is there wholly or not at all.

use std::collections::BTreeMap;

use tests::load::http::Connection;
use tests::sandbox::card;

use super::stage::{Role, Stage, Tally, World};
use super::walks::ONE_ORDER;

/// Visited by every change of a cart, and by the hold and whatever else commits.
pub(super) const DEATHS: [&str; 2] = ["write.before_commit", "write.after_commit"];

/// Creating the cart, then its buyer, address, delivery option and payment.
const STEPS: usize = 5;

#[tokio::test]
async fn a_carts_change_is_there_wholly_or_not_at_all() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    stage.stop(Role::Api).await;
    let mut seen: BTreeMap<(usize, &str), String> = BTreeMap::new();
    for step in 1..=STEPS {
        for death in DEATHS {
            let failpoint = format!("{death}:{step}");
            stage.scene.clone_from(&failpoint);
            stage.start(Role::Api, &[("FAILPOINT", &failpoint)]).await;
            stage.ready(Role::Api).await;
            let mut on = Connection::open(&stage.address(Role::Api)).await.unwrap();
            let lost = stage.buyer.fill_cart(&mut on, 0).await;
            assert!(lost.is_err(), "the buyer got an answer");
            stage.dies(Role::Api).await;
            seen.insert((step, death), stage.text(CART).await);
            stage.app.execute("DELETE FROM carts").await;
        }
    }
    let [before, after] = DEATHS;
    assert_eq!(seen[&(1, before)], "nothing");
    for step in 1..STEPS {
        assert_eq!(seen[&(step, after)], seen[&(step + 1, before)], "{step}");
        assert_ne!(seen[&(step, before)], seen[&(step, after)], "{step}");
    }
    assert_ne!(seen[&(STEPS, before)], seen[&(STEPS, after)]);
    assert_eq!(stage.tally().await, Tally::default());

    // The commit after them is the purchase.
    let failpoint = format!("{}:{}", after, STEPS + 1);
    stage.start(Role::Api, &[("FAILPOINT", &failpoint)]).await;
    stage.ready(Role::Api).await;
    let purchase = stage.buys(stage.cart(0).await);
    stage.dies(Role::Api).await;
    stage.start(Role::Api, &[]).await;
    stage.start(Role::Worker, &[]).await;
    assert!(purchase.await.unwrap().is_some());
    stage.ends_with(ONE_ORDER).await;
    stage.stop(Role::Worker).await;
    stage.stop(Role::Api).await;
}

/// What a buyer would see of the one cart.
const CART: &str = "SELECT coalesce((SELECT concat_ws(' ', version, email, delivery_code, payment_method, payment_amount_minor, \
    (SELECT sum(quantity) FROM cart_lines), (SELECT address ->> 'city' FROM cart_addresses)) FROM carts), 'nothing')";
