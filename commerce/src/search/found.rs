//! `search`: products, pages and articles by the words in them, the best first, page by page.

use chrono::{DateTime, Utc};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::narrowing::{Narrowing, available};
use super::wording::Wording;
use crate::catalog::products::VISIBLE;
use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{Order, Page, Place, PlaceColumns, SortKind, limit, page};
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// What becomes of products that cannot be bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unavailable {
    /// They are not shown.
    Hide,
    /// They stand behind everything else.
    #[default]
    Last,
    /// They stand where they would.
    Show,
}

/// What results are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundSort {
    /// How well they fit, best first.
    Relevance,
    /// Their lowest prices; what has none stands behind.
    Price,
}

/// A kind of result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A product.
    Product,
    /// A page of text.
    Page,
    /// An article of a blog.
    Article,
}

/// A wanted page of results.
#[derive(Clone, Debug)]
pub struct Search {
    /// What is looked for; everything if it is blank.
    pub wording: Wording,
    /// Of which kinds.
    pub kinds: Vec<Kind>,
    /// What products are narrowed down to; if to anything, other kinds are left out.
    pub narrowing: Narrowing,
    /// What becomes of products that cannot be bought.
    pub unavailable: Unavailable,
    /// The order.
    pub sort: FoundSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// A result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A product.
    Product(Id<id::Product>),
    /// A page of text.
    Page(Id<id::Page>),
    /// An article of a blog.
    Article(Id<id::Article>),
}

/// Kinds of results that a place in the list can tell apart: it is the row's id times this and the
/// kind.
const KINDS: i64 = 4;

/// What stands behind everything else is so much worse; no score or price comes near it.
const BEHIND: i64 = 1 << 52;

/// How often something was sold counts up to this, and less than any difference in how it fits.
const MOST_SOLD: i64 = 1 << 20;

/// What tags count for.
pub(super) const TAGS: &str = "0.1";
/// What a long text counts for: that it has a word says little.
pub(super) const BODY: &str = "0.0";

impl Found {
    fn of(place: i64) -> Option<Self> {
        match place % KINDS {
            0 => Some(Self::Product(Id::new(place / KINDS))),
            1 => Some(Self::Page(Id::new(place / KINDS))),
            2 => Some(Self::Article(Id::new(place / KINDS))),
            _ => None,
        }
    }
}

impl Search {
    fn order(&self) -> Order {
        Order::by("x.score", SortKind::Number, "x.place").reversed(self.descending())
    }

    fn descending(&self) -> bool {
        (self.sort == FoundSort::Relevance) != self.reverse
    }

    /// Which products are meant, apart from whether the public sees them.
    #[must_use]
    pub fn products(&self) -> Vec<Fragment> {
        let mut all = self.matching_products();
        all.extend(self.narrowing.conditions());
        all
    }

    /// Which products are meant before they are narrowed down.
    fn matching_products(&self) -> Vec<Fragment> {
        let mut all = Vec::new();
        if !self.wording.is_blank() {
            all.push(matches("p.search", &self.wording));
        }
        if self.unavailable == Unavailable::Hide {
            all.push(available());
        }
        all
    }

    /// The condition on `products p` before they are narrowed down, for counting facets.
    #[must_use]
    pub fn source(&self) -> Option<Fragment> {
        let all = self.matching_products();
        (!all.is_empty()).then(|| Fragment::join(all, " AND "))
    }

    /// The kinds of results that there can be.
    fn wanted(&self) -> Vec<Kind> {
        let mut kinds = self.kinds.clone();
        kinds.sort_unstable();
        kinds.dedup();
        if !self.narrowing.is_empty() {
            kinds.retain(|kind| *kind == Kind::Product);
        }
        kinds
    }

    /// All results with their places and scores, and nothing of them.
    fn rows(&self, now: DateTime<Utc>) -> Option<Fragment> {
        let of = |kind: Kind| match kind {
            Kind::Product => {
                let mut conditions = vec![Fragment::sql(VISIBLE).bind(Value::Time(now))];
                conditions.extend(self.products());
                Fragment::sql(format!("SELECT p.id * {KINDS} AS place, "))
                    .append(self.product_score())
                    .push(" AS score FROM products p WHERE ")
                    .append(Fragment::join(conditions, " AND "))
            }
            Kind::Page => self.texts("pages", 1, now),
            Kind::Article => self.texts("articles", 2, now),
        };
        let rows: Vec<Fragment> = self.wanted().into_iter().map(of).collect();
        (!rows.is_empty()).then(|| Fragment::join(rows, " UNION ALL "))
    }

    /// Pages or articles, whose kind has this number.
    fn texts(&self, table: &str, number: i64, now: DateTime<Utc>) -> Fragment {
        let mut conditions = vec![Fragment::sql("g.published_at <= ").bind(Value::Time(now))];
        if !self.wording.is_blank() {
            conditions.push(matches("g.search", &self.wording));
        }
        Fragment::sql(format!("SELECT g.id * {KINDS} + {number} AS place, "))
            .append(self.text_score())
            .push(format!(" AS score FROM {table} g WHERE "))
            .append(Fragment::join(conditions, " AND "))
    }

    fn product_score(&self) -> Fragment {
        let score = match self.sort {
            FoundSort::Price => Fragment::sql("p.price_min_minor"),
            FoundSort::Relevance => score("p.title_key", "p.names", TAGS, &self.wording)
                .push(format!(" + least(p.units_sold, {})", MOST_SOLD - 1)),
        };
        if self.unavailable != Unavailable::Last {
            return score;
        }
        let (left, right) = if self.descending() {
            (BEHIND, 0)
        } else {
            (0, BEHIND)
        };
        let score = score.push(" + CASE WHEN ").append(available());
        score.push(format!(" THEN {left}::bigint ELSE {right} END"))
    }

    fn text_score(&self) -> Fragment {
        let last = if self.unavailable == Unavailable::Last && self.descending() {
            BEHIND
        } else {
            0
        };
        match self.sort {
            // Dearer than anything, or cheaper: behind in either direction.
            FoundSort::Price if self.descending() => Fragment::sql("(-1)::bigint"),
            FoundSort::Price => Fragment::sql(format!("{}::bigint", 2 * BEHIND)),
            FoundSort::Relevance => score("g.title_key", "g.search", BODY, &self.wording)
                .push(format!(" + {last}::bigint")),
        }
    }
}

/// One page of what is found.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn found(
    conn: &mut Conn,
    search: &Search,
    now: DateTime<Utc>,
) -> Outcome<Page<Found>, PageRefusal> {
    let order = search.order();
    let bounds = order.bounds(&search.window).map_err(Failure::Refused)?;
    let Some(rows) = search.rows(now) else {
        return Ok(Page::default());
    };
    let statement = Fragment::sql("SELECT ")
        .append(order.columns())
        .push(" FROM ")
        .append(rows)
        .push(" AS x");
    let statement = if bounds.is_empty() {
        statement
    } else {
        statement
            .push(" WHERE ")
            .append(Fragment::join(bounds, " AND "))
    };
    let statement = statement
        .append(order.walk(&search.window))
        .push(limit(&search.window));
    let places: Vec<Place> = statement
        .into_statement::<PlaceColumns>()
        .load(conn)
        .await?;
    let rows = places
        .into_iter()
        .filter_map(|place| Found::of(place.0).map(|found| (place, found)))
        .collect();
    Ok(page(&order, &search.window, rows))
}

/// How many there are in all.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn count(conn: &mut Conn, search: &Search, now: DateTime<Utc>) -> Result<i64, Fault> {
    // In the order of prices nothing has to be ranked.
    let unranked = Search {
        sort: FoundSort::Price,
        unavailable: match search.unavailable {
            Unavailable::Last => Unavailable::Show,
            other => other,
        },
        ..search.clone()
    };
    let Some(rows) = unranked.rows(now) else {
        return Ok(0);
    };
    let statement = Fragment::sql("SELECT count(*) FROM ")
        .append(rows)
        .push(" AS x");
    Ok(statement
        .into_statement::<BigInt>()
        .get_result(conn)
        .await?)
}

/// That each of the words is in a row in one of its forms. The query stands in a subquery, so that it is
/// made once and not for each row.
pub(super) fn matches(column: &str, wording: &Wording) -> Fragment {
    Fragment::sql(format!("{column} @@ (SELECT to_tsquery('simple', "))
        .bind(Value::Text(wording.all("")))
        .push("))")
}

/// How well a row fits: its whole title before the words as a phrase of the title, those before single
/// words; in the title before vendor and type, these before the rest; as typed before other forms.
///
/// `names` are words by weight, title (A), vendor and type (B), options (C); `lowest` is what those of weight D
/// count for.
pub(super) fn score(title: &str, names: &str, lowest: &str, wording: &Wording) -> Fragment {
    if wording.is_blank() {
        return Fragment::sql("0::bigint");
    }
    let query = |text: String| {
        Fragment::sql("(SELECT to_tsquery('simple', ")
            .bind(Value::Text(text))
            .push("))")
    };
    // The weights of D, C, B and A.
    let rank = format!("ts_rank('{{{lowest}, 0.2, 0.4, 1.0}}', ");
    Fragment::sql(format!("((({title} = "))
        .bind(Value::Text(wording.typed().to_owned()))
        .push(format!(")::int * 8 + ({names} @@ "))
        .append(query(wording.phrase()))
        .push(format!(")::int * 4 + {rank}{names}, "))
        .append(query(wording.exact()))
        .push(format!(") * 4 + {rank}{names}, "))
        .append(query(wording.any()))
        .push(format!(") * 4) * 100)::bigint * {MOST_SOLD}"))
}
