//! Money that comes after an attempt was over: everything is held again, or the money is given back.

use commerce::flows::settle_payment::{Settled, Told, settle_payment};
use commerce::payment::Source;
use tests::factory::offers::{discounts, gift_card};
use tests::sandbox::card;
use tests::till::Till;

use super::{filled_for, on_cards, used};

/// An attempt with a discount for one and a gift card, that waits for a slow bank.
async fn waiting() -> (Till, String) {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let once = "Title,Codes,Type,Value,Usage Limit\nOne,ONE,percentage,50,1\n";
    discounts(&till.app, once).await;
    let code = gift_card(&till.app, "4.00").await;
    let (cart, _) = filled_for(&till, &cup, 1, &["ONE"], &[&code], card::HELD).await;
    let attempt = till.accepted(&cart, "press-1").await;
    till.drain().await;
    assert_eq!(
        (used(&till, "One").await, on_cards(&till).await),
        (1, (400, 400))
    );
    let over = "UPDATE checkout_attempts SET state = 'expired'; \
        UPDATE discount_uses SET state = 'released'; UPDATE gift_card_holds SET state = 'released'; \
        UPDATE inventory_reservations SET state = 'released'";
    till.app.execute(over).await;
    assert_eq!(
        (used(&till, "One").await, on_cards(&till).await),
        (0, (400, 0))
    );
    (till, attempt)
}

async fn paid(till: &Till) -> Settled {
    till.sandbox.decide("approve").await;
    let body = till.sandbox.webhooks().await.remove(0);
    let event = till.sandbox.provider.read_stored(&body).unwrap();
    let told = Told {
        provider: "sandbox".to_owned(),
        report: event.report.unwrap(),
        source: Source::Webhook,
        webhook: None,
    };
    settle_payment(&till.app.shop, &told).await.unwrap()
}

#[tokio::test]
async fn late_money_is_an_order_if_everything_can_be_held_again() {
    let (till, attempt) = waiting().await;
    assert!(matches!(paid(&till).await, Settled::Order(_)));
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    assert_eq!(
        (used(&till, "One").await, on_cards(&till).await),
        (1, (0, 0))
    );
}

#[tokio::test]
async fn late_money_is_given_back_if_the_discount_was_used_up() {
    let (till, attempt) = waiting().await;
    let cup = till.app.count("SELECT id FROM variants").await;
    let cup = format!("gid://shopify/ProductVariant/{cup}");
    let (cart, due) = filled_for(&till, &cup, 1, &["ONE"], &[], card::APPROVED).await;
    assert_eq!(due, "20.0");
    till.accepted(&cart, "press-1").await;
    assert_eq!(paid(&till).await, Settled::GivenBack);
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionFailed");
    assert_eq!(till.counts().await, [1, 2, 1, 0, 1]);
    assert_eq!(
        (used(&till, "One").await, on_cards(&till).await),
        (1, (400, 0))
    );
    let given_back = "SELECT sum(refunded_minor)::bigint FROM payments";
    assert_eq!(till.app.count(given_back).await, 1_600);
}

#[tokio::test]
async fn late_money_is_given_back_if_the_gift_card_cannot_be_used() {
    let (till, attempt) = waiting().await;
    till.app
        .execute("UPDATE gift_cards SET disabled_at = now()")
        .await;
    assert_eq!(paid(&till).await, Settled::GivenBack);
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionFailed");
    assert_eq!(till.counts().await, [0, 1, 0, 0, 0]);
    assert_eq!(
        (used(&till, "One").await, on_cards(&till).await),
        (0, (400, 0))
    );
}
