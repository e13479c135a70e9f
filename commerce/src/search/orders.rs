//! `Customer.orders(query:)`: which of a customer's orders a query asks for.

use super::query::{Term, parse};
use super::terms::{Condition, compile, is_blank, number_compares, time_compares};
use crate::db::fragment::Fragment;

/// Which rows of `orders o` a query asks for; `None` when it asks for all.
///
/// Free text and `name:` are the number of an order, with or without `#`.
#[must_use]
pub fn condition(text: &str) -> Option<Fragment> {
    compile(&parse(text)?, &|term| of_term(term).map(Condition::Row))
}

fn of_term(term: &Term) -> Option<Fragment> {
    match term.field.as_deref() {
        Some("id") => number_compares("o.id", term),
        Some("processed_at" | "created_at") => time_compares("o.processed_at", term),
        _ if is_blank(term) => None,
        _ => {
            let value = term.value.trim_start_matches('#').to_owned();
            let number = number_compares(
                "o.number",
                &Term {
                    value,
                    ..term.clone()
                },
            );
            // No order has a word for its number.
            number.or_else(|| Some(Fragment::sql("false")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_found_by_number_and_time() {
        let text = |query| {
            condition(query)
                .map(|found| found.text())
                .unwrap_or_default()
        };
        assert_eq!(text("#1001"), "o.number = $1");
        assert_eq!(text("name:1001"), "o.number = $1");
        assert_eq!(
            text("processed_at:>2026-01-01"),
            "o.processed_at >= (SELECT shop_time($1 AT TIME ZONE 'UTC'))"
        );
        assert_eq!(text("mug"), "false");
        assert_eq!(text(""), "");
    }
}
