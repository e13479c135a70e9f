//! `predictiveSearch`: a few of everything that fits what somebody has typed so far.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::found::{BODY, TAGS, Unavailable, matches, score};
use super::narrowing::available;
use super::wording::Wording;
use crate::catalog::products::VISIBLE;
use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::sql::cached;
use crate::kernel::Fault;

/// A kind of suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Texts to search for.
    Query,
    /// Products.
    Product,
    /// Collections.
    Collection,
    /// Pages of text.
    Page,
    /// Articles of blogs.
    Article,
}

/// A part of things that words are looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Who wrote it.
    Author,
    /// Its long text.
    Body,
    /// What kind of thing it is.
    ProductType,
    /// Its tags.
    Tag,
    /// Its title.
    Title,
    /// The barcodes of its variants.
    Barcode,
    /// The stock keeping units of its variants.
    Sku,
    /// The options of its variants.
    VariantTitle,
    /// Who makes or sells it.
    Vendor,
}

/// The parts that are looked in when nothing is said.
pub const PARTS: [Part; 4] = [
    Part::Title,
    Part::ProductType,
    Part::VariantTitle,
    Part::Vendor,
];

/// What is to be suggested.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What was typed.
    pub wording: Wording,
    /// Of which kinds.
    pub kinds: BTreeSet<Kind>,
    /// Where the words are looked for.
    pub parts: BTreeSet<Part>,
    /// What becomes of products that cannot be bought.
    pub unavailable: Unavailable,
    /// How many at most: of each kind, or together.
    pub limit: i64,
    /// Whether the limit is for each kind.
    pub each: bool,
}

/// What is suggested, the best of each kind first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// Texts to search for.
    pub queries: Vec<String>,
    /// Ids of products.
    pub products: Vec<i64>,
    /// Ids of collections.
    pub collections: Vec<i64>,
    /// Ids of pages.
    pub pages: Vec<i64>,
    /// Ids of articles.
    pub articles: Vec<i64>,
}

/// What fits what was typed; nothing fits nothing.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn suggest(
    conn: &mut Conn,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<Suggestions, Fault> {
    let mut found = Suggestions::default();
    if wanted.wording.is_blank() {
        return Ok(found);
    }
    if wanted.kinds.contains(&Kind::Query) {
        found.queries = queries(conn, wanted, now).await?;
    }
    let branches: Vec<Fragment> = wanted
        .kinds
        .iter()
        .filter_map(|kind| branch(*kind, wanted, now))
        .collect();
    if !branches.is_empty() {
        let statement = Fragment::join(branches, " UNION ALL ");
        let statement = Fragment::sql("SELECT x.kind, x.id FROM ")
            .append(statement)
            .push(" AS x ORDER BY x.kind, x.score DESC, x.id DESC");
        let rows: Vec<(i32, i64)> = statement
            .into_statement::<(Integer, BigInt)>()
            .load(conn)
            .await?;
        for (kind, id) in rows {
            match kind {
                1 => found.products.push(id),
                2 => found.collections.push(id),
                3 => found.pages.push(id),
                _ => found.articles.push(id),
            }
        }
    }
    if !wanted.each {
        found.share(usize::try_from(wanted.limit).unwrap_or(0));
    }
    Ok(found)
}

impl Suggestions {
    /// Keeps `limit` of them, taking turns among the kinds: nobody is crowded out.
    fn share(&mut self, limit: usize) {
        let has = [
            self.products.len(),
            self.queries.len(),
            self.collections.len(),
            self.pages.len(),
            self.articles.len(),
        ];
        let mut keep = [0; 5];
        let mut left = limit.min(has.iter().sum());
        while left > 0 {
            for (kept, has) in keep.iter_mut().zip(has) {
                if left > 0 && *kept < has {
                    *kept += 1;
                    left -= 1;
                }
            }
        }
        self.products.truncate(keep[0]);
        self.queries.truncate(keep[1]);
        self.collections.truncate(keep[2]);
        self.pages.truncate(keep[3]);
        self.articles.truncate(keep[4]);
    }
}

fn branch(kind: Kind, wanted: &Wanted, now: DateTime<Utc>) -> Option<Fragment> {
    let (number, table, alias) = match kind {
        Kind::Query => return None,
        Kind::Product => (1, "products", "p"),
        Kind::Collection => (2, "collections", "c"),
        Kind::Page => (3, "pages", "g"),
        Kind::Article => (4, "articles", "a"),
    };
    let (visible, names, lowest) = match kind {
        Kind::Product => (VISIBLE.to_owned(), "p.names".to_owned(), TAGS),
        _ => (
            format!("{alias}.published_at <= "),
            format!("{alias}.search"),
            BODY,
        ),
    };
    let mut conditions = vec![Fragment::sql(visible).bind(Value::Time(now))];
    conditions.extend(parts(kind, alias, wanted)?);
    let title = format!("{alias}.title_key");
    let mut score = score(&title, &names, lowest, &wanted.wording);
    if kind == Kind::Product {
        score = score.push(" + least(p.units_sold, 1000000)");
        match wanted.unavailable {
            Unavailable::Hide => conditions.push(available()),
            Unavailable::Last => {
                score = score
                    .push(" + CASE WHEN ")
                    .append(available())
                    .push(format!(" THEN {}::bigint ELSE 0 END", 1_i64 << 52));
            }
            Unavailable::Show => {}
        }
    }
    Some(
        Fragment::sql(format!("(SELECT {number} AS kind, {alias}.id, "))
            .append(score)
            .push(format!(" AS score FROM {table} {alias} WHERE "))
            .append(Fragment::join(conditions, " AND "))
            .push(format!(" ORDER BY 3 DESC, 2 DESC LIMIT {})", wanted.limit)),
    )
}

/// The conditions that the words are in the wanted parts; `None` when the kind has none of these.
fn parts(kind: Kind, alias: &str, wanted: &Wanted) -> Option<Vec<Fragment>> {
    let query = |weights: &str| {
        Fragment::sql("(SELECT to_tsquery('simple', ")
            .bind(Value::Text(wanted.wording.all(weights)))
            .push("))")
    };
    let mut all = Vec::new();
    if let Some((column, weights)) = words_of(kind, &wanted.parts) {
        if weights.is_empty() {
            return None;
        }
        all.push(matches(&format!("{alias}.search"), &wanted.wording));
        let words = Fragment::sql(format!("{alias}.{column} @@ "));
        all.push(words.append(query(&weights)));
        return Some(all);
    }
    let texts = wanted.parts.iter();
    let texts: Vec<&str> = texts.filter_map(|part| text_of(kind, *part)).collect();
    let texts = texts.join(" || ' ' || ");
    if kind == Kind::Article {
        // The author's name is no word of the article.
        let any = || {
            Fragment::sql("(SELECT to_tsquery('simple', ")
                .bind(Value::Text(wanted.wording.any()))
                .push("))")
        };
        all.push(
            Fragment::sql("(a.search @@ ")
                .append(any())
                .push(" OR a.author_id IN (SELECT u.id FROM article_authors u WHERE u.search @@ ")
                .append(any())
                .push("))"),
        );
    } else {
        all.push(matches(&format!("{alias}.search"), &wanted.wording));
    }
    all.push(Fragment::sql(format!("to_tsvector('simple', plain({texts})) @@ ")).append(query("")));
    Some(all)
}

/// The words that are kept of just these parts of a kind: the column, and the weights that they have in it; no weights where the
/// kind has none of the parts. `None` when they are not kept apart from others.
fn words_of(kind: Kind, parts: &BTreeSet<Part>) -> Option<(&'static str, String)> {
    let weigh = |weights: &[(&[Part], char)]| {
        let mut found = String::new();
        for (together, weight) in weights {
            match together.iter().filter(|part| parts.contains(part)).count() {
                0 => {}
                held if held == together.len() => found.push(*weight),
                _ => return None,
            }
        }
        Some(found)
    };
    let lacks = |others: &[Part]| !others.iter().any(|part| parts.contains(part));
    match kind {
        Kind::Query => None,
        Kind::Collection | Kind::Page => {
            weigh(&[(&[Part::Title], 'A'), (&[Part::Body], 'D')]).map(|found| ("search", found))
        }
        Kind::Article if lacks(&[Part::Author]) => weigh(&[
            (&[Part::Title], 'A'),
            (&[Part::Tag], 'C'),
            (&[Part::Body], 'D'),
        ])
        .map(|found| ("search", found)),
        Kind::Article => None,
        Kind::Product if lacks(&[Part::Body, Part::Barcode, Part::Sku]) => weigh(&[
            (&[Part::Title], 'A'),
            (&[Part::Vendor, Part::ProductType], 'B'),
            (&[Part::VariantTitle], 'C'),
            (&[Part::Tag], 'D'),
        ])
        .map(|found| ("names", found)),
        Kind::Product => weigh(&[
            (&[Part::Title], 'A'),
            (&[Part::Vendor, Part::ProductType], 'B'),
            (
                &[Part::Tag, Part::VariantTitle, Part::Sku, Part::Barcode],
                'C',
            ),
            (&[Part::Body], 'D'),
        ])
        .map(|found| ("search", found)),
    }
}

/// The text of a part of a product, or of an article whose author is asked for, for the rows that have the words
/// somewhere.
fn text_of(kind: Kind, part: Part) -> Option<&'static str> {
    Some(match (kind, part) {
        (Kind::Article, Part::Title) => "a.title",
        (Kind::Article, Part::Body) => "left(coalesce(a.excerpt, '') || ' ' || a.content, 100000)",
        (Kind::Article, Part::Tag) => "words_of(a.tags)",
        (Kind::Article, Part::Author) => {
            "(SELECT u.name_key FROM article_authors u WHERE u.id = a.author_id)"
        }
        (Kind::Product, Part::Body) => "left(p.description, 100000)",
        (Kind::Product, Part::ProductType) => "p.product_type",
        (Kind::Product, Part::Tag) => "words_of(p.tags)",
        (Kind::Product, Part::Title) => "p.title",
        (Kind::Product, Part::Vendor) => "p.vendor",
        (Kind::Product, Part::Barcode) => {
            "coalesce((SELECT string_agg(v.barcode, ' ') FROM variants v \
             WHERE v.product_id = p.id AND v.deleted_at IS NULL), '')"
        }
        (Kind::Product, Part::Sku) => {
            "coalesce((SELECT string_agg(v.sku, ' ') FROM variants v \
             WHERE v.product_id = p.id AND v.deleted_at IS NULL), '')"
        }
        (Kind::Product, Part::VariantTitle) => {
            "coalesce((SELECT string_agg(v.title, ' ') FROM variants v \
             WHERE v.product_id = p.id AND v.deleted_at IS NULL), '')"
        }
        _ => return None,
    })
}

/// Texts that go on from what was typed, those that the most things have first; each finds a product.
async fn queries(
    conn: &mut Conn,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<Vec<String>, Fault> {
    let words: Vec<(&str, bool)> = wanted.wording.words().collect();
    let Some((last, begins)) = words.last().copied() else {
        return Ok(Vec::new());
    };
    let before: Vec<&str> = words
        .iter()
        .rev()
        .skip(1)
        .rev()
        .map(|(word, _)| *word)
        .collect();
    let text = format!(
        "SELECT CASE WHEN $1 = '' THEN l.word ELSE $1 || ' ' || l.word END \
         FROM (SELECT l.word, l.things FROM lexicon l WHERE l.named AND l.word >= $2 AND l.word < $2 || $3 \
             AND (l.word = $2 OR $4 = 1) ORDER BY l.word = $2 DESC, l.things DESC, l.word LIMIT 50) l \
         WHERE EXISTS (SELECT FROM products p WHERE {VISIBLE} $5 AND p.search @@ \
             to_tsquery('simple', CASE WHEN $6 = '' THEN '' ELSE $6 || ' & ' END || quote_literal(l.word))) \
         ORDER BY l.word = $2 DESC, l.things DESC, l.word LIMIT $7"
    );
    let query = sql_query(text)
        .bind::<Text, _>(before.join(" "))
        .bind::<Text, _>(last)
        .bind::<Text, _>(char::MAX.to_string())
        .bind::<Integer, _>(i32::from(begins))
        .bind::<Timestamptz, _>(now)
        .bind::<Text, _>(wanted.wording.all_but_last())
        .bind::<BigInt, _>(wanted.limit);
    Ok(cached::<Text, _>(query).load(conn).await?)
}
