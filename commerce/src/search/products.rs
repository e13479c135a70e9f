//! `products(query:)`: which products a query asks for, and how well they fit.

use super::narrowing;
use super::query::{Comparison, Term, parse};
use super::terms::{
    Condition, compile, flag, number_compares, rank, text_begins, text_equals, time_compares,
    wanted_texts,
};
use crate::db::fragment::{Fragment, Value};
use crate::kernel::{Currency, Money};

/// What a query means for rows of `products p`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProductQuery {
    /// Which products; all of them when there is no condition.
    pub condition: Option<Fragment>,
    /// How well a product fits, more being better; without free text all fit alike.
    pub relevance: Option<Fragment>,
}

/// Whether it matters in which currency a query's prices are read.
#[must_use]
pub fn mentions_price(text: &str) -> bool {
    text.to_ascii_lowercase().contains("price:")
}

/// Reads a query; prices in it are in `currency`.
#[must_use]
pub fn read(text: &str, currency: Currency) -> ProductQuery {
    let Some(expr) = parse(text) else {
        return ProductQuery::default();
    };
    ProductQuery {
        condition: compile(&expr, &|term| condition(term, currency)),
        relevance: rank("p.search", wanted_texts(&expr)),
    }
}

fn condition(term: &Term, currency: Currency) -> Option<Condition> {
    let words = |weight, term: &Term| Condition::words("p.search", weight, term);
    let Some(field) = &term.field else {
        return words("", term);
    };
    let row = match field.as_str() {
        "available_for_sale" => flag(term).map(|wanted| {
            let not = if wanted { "" } else { "NOT " };
            Fragment::sql(not).append(narrowing::available())
        }),
        "gift_card" => flag(term).map(|wanted| {
            Fragment::sql(if wanted {
                "p.is_gift_card"
            } else {
                "NOT p.is_gift_card"
            })
        }),
        "created_at" => time_compares("p.created_at", term),
        "updated_at" => time_compares("p.updated_at", term),
        "published_at" => time_compares("p.published_at", term),
        "handle" => Some(text_equals("p.handle", term)),
        "id" => number_compares("p.id", term),
        "product_type" => Some(text_equals("lower(p.product_type)", term)),
        "vendor" => Some(text_equals("lower(p.vendor)", term)),
        "tag" => Some(tagged(term)),
        "tag_not" => Some(Fragment::sql("NOT ").append(tagged(term))),
        "title" => return words("A", term),
        "price" | "variants.price" => price(term, currency),
        "sku" | "variants.sku" => Some(sku(term)),
        // A field that products do not have: its words are looked for instead.
        _ => {
            let value = format!("{field} {}", term.value);
            let both = Term {
                value,
                ..term.clone()
            };
            return words("", &both);
        }
    };
    row.map(Condition::Row)
}

fn tagged(term: &Term) -> Fragment {
    if term.prefix {
        Fragment::sql("EXISTS (SELECT FROM unnest(p.tags_key) AS t (tag) WHERE ")
            .append(text_equals("t.tag", term))
            .push(")")
    } else {
        let tag = term.value.replace('\0', " ");
        Fragment::sql("(p.tags_key @> ARRAY[lower(")
            .bind(Value::Text(tag))
            .push(")])")
    }
}

/// Looked up once for a statement, not for each product.
fn sku(term: &Term) -> Fragment {
    Fragment::sql("p.id IN (SELECT v.product_id FROM variants v WHERE v.deleted_at IS NULL AND ")
        .append(text_begins("lower(v.sku)", term))
        .push(")")
}

/// Some variant's price compares so. The smallest and the largest price, which stand in the
/// product's row, decide that except for a price between them.
fn price(term: &Term, currency: Currency) -> Option<Fragment> {
    let amount = Value::Number(Money::parse(&term.value, currency).ok()?.minor);
    let operator = term.comparison.operator();
    Some(match term.comparison {
        Comparison::Less | Comparison::AtMost => {
            Fragment::sql(format!("p.price_min_minor {operator} ")).bind(amount)
        }
        Comparison::Greater | Comparison::AtLeast => {
            Fragment::sql(format!("p.price_max_minor {operator} ")).bind(amount)
        }
        Comparison::Equal => Fragment::sql("(")
            .bind(amount.clone())
            .push(" IN (p.price_min_minor, p.price_max_minor) OR (p.price_min_minor < ")
            .bind(amount.clone())
            .push(" AND p.price_max_minor > ")
            .bind(amount.clone())
            .push(" AND EXISTS (SELECT FROM product_offers o WHERE o.product_id = p.id AND ")
            .bind(amount)
            .push(" = ANY (o.prices))))"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition_of(text: &str) -> String {
        read(text, Currency::USD)
            .condition
            .map(|c| c.text())
            .unwrap_or_default()
    }

    #[test]
    fn values_never_stand_in_the_text() {
        let nasty = "tag:\"'; DROP TABLE products; --\" title:x'y handle:z\\\\%_*";
        let condition = read(nasty, Currency::USD).condition.unwrap();
        assert!(!condition.text().contains("DROP"), "{}", condition.text());
        let like = Value::Text("z\\\\\\%\\_%".to_owned());
        assert!(
            condition.values().contains(&&like),
            "{:?}",
            condition.values()
        );
        let quoted = Value::Text("x'y".to_owned());
        assert!(
            condition.values().contains(&&quoted),
            "{:?}",
            condition.values()
        );
    }

    #[test]
    fn prices_use_the_summary() {
        assert_eq!(
            condition_of("variants.price:>=10 variants.price:<20.5"),
            "(p.price_max_minor >= $1 AND p.price_min_minor < $2)"
        );
    }

    #[test]
    fn unreadable_values_count_as_absent() {
        assert_eq!(
            condition_of("variants.price:>cheap created_at:yesterday id:x"),
            ""
        );
        assert_eq!(condition_of("NOT available_for_sale:maybe"), "");
        assert_eq!(condition_of("available_for_sale:maybe id:>5"), "p.id > $1");
    }

    #[test]
    fn a_day_is_a_whole_day() {
        assert_eq!(
            condition_of("created_at:2024-01-01"),
            "(p.created_at >= (SELECT shop_time($1 AT TIME ZONE 'UTC')) \
             AND p.created_at < (SELECT shop_time($2 AT TIME ZONE 'UTC')))"
        );
        assert_eq!(
            condition_of("created_at:<=2024-01-01"),
            "p.created_at < (SELECT shop_time($1 AT TIME ZONE 'UTC'))"
        );
    }

    #[test]
    fn what_is_looked_for_is_made_once_for_a_statement() {
        let words: Vec<String> = (1..=40).map(|n| format!("w{n}")).collect();
        let query = read(&words.join(" OR "), Currency::USD);
        let condition = query.condition.unwrap().text();
        let rank = query.relevance.unwrap();
        // In one subquery, which no row changes.
        assert_eq!(
            condition.matches("p.search @@ (SELECT to_tsquery(").count(),
            1
        );
        assert_eq!(condition.matches("to_tsquery(").count(), 1);
        assert!(
            rank.text()
                .starts_with("(ts_rank(p.search, (SELECT to_tsquery(")
        );
        assert_eq!(rank.values().len(), 16, "rows are ranked by so many words");
    }

    #[test]
    fn what_is_asked_for_twice_is_looked_for_once() {
        let query = read("red OR red OR (red) OR tag:red OR tag:red", Currency::USD);
        let word = Value::Text("red".to_owned());
        assert_eq!(query.condition.unwrap().values(), [&word, &word]);
        assert_eq!(query.relevance.unwrap().values(), [&word]);
    }

    #[test]
    fn only_wanted_words_count_for_relevance() {
        let query = read("red -blue OR \"big hat\"", Currency::USD);
        let rank = query.relevance.unwrap();
        let word = |text: &str| Value::Text(text.to_owned());
        assert_eq!(rank.values(), [&word("red"), &word("big hat")]);
        assert_eq!(read("tag:red", Currency::USD).relevance, None);
    }
}
