//! Discounts and gift cards, made the way an operator makes them.

use commerce::flows::import_discounts::import_discounts;
use commerce::flows::issue_gift_card::{IssueGiftCard, IssuedGiftCard, issue_gift_card};

use crate::TestApp;

/// Imports the rows of a discount CSV, none of which may be refused.
///
/// # Panics
/// When one is.
pub async fn discounts(app: &TestApp, csv: &str) {
    let imported = import_discounts(&app.shop, csv.as_bytes()).await;
    let imported = imported.expect("import discounts");
    assert_eq!(imported.refusals, []);
}

/// Issues a gift card; answers its code as it is printed.
///
/// # Panics
/// When it is refused.
pub async fn gift_card(app: &TestApp, amount: &str) -> String {
    let wanted = IssueGiftCard {
        amount: amount.to_owned(),
        currency: None,
        expires_on: None,
        note: String::new(),
        key: None,
    };
    match issue_gift_card(&app.shop, &wanted).await {
        Ok(IssuedGiftCard::New(_, code)) => code.printed(),
        other => panic!("no gift card was issued: {other:?}"),
    }
}
