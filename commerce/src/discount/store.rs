//! Rows of discounts. Nobody else writes them, save the statements that end and complete an attempt.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text};
use diesel_async::RunQueryDsl;

use super::draft::{Audience, DiscountDraft, Targets, class_of, class_word};
use crate::db::Conn;
use crate::db::fold::lower;
use crate::kernel::{Currency, Failure, Fault, Outcome};
use crate::pricing::{Class, Value};
use crate::tables::{
    collections, customers, discount_codes, discount_customers, discount_targets, discounts,
    products, variants,
};

/// Why a draft was not stored: the column that is wrong, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotStored {
    /// The column.
    pub column: &'static str,
    /// What is wrong.
    pub reason: String,
}

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It was not there.
    Created,
    /// It was there under this title.
    Updated,
}

#[derive(AsChangeset, Insertable)]
#[diesel(table_name = discounts, treat_none_as_null = true)]
struct Columns<'a> {
    title: &'a str,
    method: &'static str,
    class: &'static str,
    kind: &'static str,
    basis_points: Option<i32>,
    amount_minor: Option<i64>,
    currency: &'a str,
    each_piece: bool,
    buys_quantity: Option<i32>,
    gets_quantity: Option<i32>,
    uses_per_order: Option<i32>,
    gets_all: bool,
    buys_all: bool,
    minimum_subtotal_minor: Option<i64>,
    minimum_quantity: Option<i32>,
    maximum_shipping_minor: Option<i64>,
    countries: &'a [String],
    for_everyone: bool,
    customer_tags: &'a [String],
    once_per_customer: bool,
    usage_limit: Option<i32>,
    combines_with: Vec<&'static str>,
    active: bool,
    ends_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

fn columns<'a>(
    draft: &'a DiscountDraft,
    currency: &'a Currency,
    now: DateTime<Utc>,
) -> Columns<'a> {
    let mut columns = Columns {
        title: &draft.title,
        method: if draft.codes.is_empty() {
            "automatic"
        } else {
            "code"
        },
        class: class_word(draft.class),
        kind: "free_shipping",
        basis_points: None,
        amount_minor: None,
        currency: currency.code(),
        each_piece: false,
        buys_quantity: None,
        gets_quantity: None,
        uses_per_order: None,
        gets_all: draft.gets.is_none(),
        buys_all: draft.buys.is_none(),
        minimum_subtotal_minor: draft.minimum_subtotal,
        minimum_quantity: draft.minimum_quantity,
        maximum_shipping_minor: None,
        countries: &draft.countries,
        for_everyone: draft.audience.is_none(),
        customer_tags: draft
            .audience
            .as_ref()
            .map_or(&[], |audience| &audience.tags),
        once_per_customer: draft.once_per_customer,
        usage_limit: draft.usage_limit,
        combines_with: draft
            .combines_with
            .iter()
            .copied()
            .map(class_word)
            .collect(),
        active: draft.active,
        ends_at: draft.ends_at,
        updated_at: now,
    };
    let share = |points: u32| i32::try_from(points).ok();
    match draft.value {
        Value::Percentage { basis_points } => {
            (columns.kind, columns.basis_points) = ("percentage", share(basis_points));
        }
        Value::Amount { minor, each } => {
            (columns.kind, columns.amount_minor) = ("amount", Some(minor));
            columns.each_piece = each;
        }
        Value::FreeShipping { up_to } => columns.maximum_shipping_minor = up_to,
        Value::BuyGet {
            buys,
            gets,
            basis_points,
            uses,
        } => {
            (columns.kind, columns.basis_points) = ("buy_get", share(basis_points));
            (columns.buys_quantity, columns.gets_quantity) = (Some(buys), Some(gets));
            columns.uses_per_order = uses;
        }
    }
    columns
}

/// Makes the discount with the draft's title what the draft says; its uses stay. Must run in a transaction.
///
/// # Errors
/// [`NotStored`] for a name that nobody has or a code that is taken; a [`Fault`] when a statement fails.
pub async fn save(
    conn: &mut Conn,
    draft: &DiscountDraft,
    currency: Currency,
    now: DateTime<Utc>,
) -> Outcome<Saved, NotStored> {
    use discounts as t;
    let known: Option<(i64, i32, DateTime<Utc>)> = t::table
        .filter(lower(t::title).eq(lower(&draft.title)))
        .select((t::id, t::usage_count, t::starts_at))
        .for_update()
        .first(conn)
        .await
        .optional()?;
    let begun = known.map(|(_, _, starts_at)| starts_at);
    let starts_at = draft.starts_at.or(begun).unwrap_or(now);
    if draft.ends_at.is_some_and(|ends_at| ends_at <= starts_at) {
        return Err(refuse("Ends", "is not after the start"));
    }
    let columns = columns(draft, &currency, now);
    let (id, saved) = match known {
        Some((_, used, _)) if draft.usage_limit.is_some_and(|limit| limit < used) => {
            let reason = format!("it was used {used} times already");
            return Err(refuse("Usage Limit", reason));
        }
        Some((id, _, _)) => {
            // Codes go first: an automatic discount has none.
            diesel::delete(discount_codes::table.filter(discount_codes::discount_id.eq(id)))
                .execute(conn)
                .await?;
            let row = diesel::update(t::table.find(id));
            let set = row.set((&columns, t::starts_at.eq(starts_at)));
            set.execute(conn).await?;
            (id, Saved::Updated)
        }
        None => {
            let id = diesel::insert_into(t::table)
                .values((&columns, t::starts_at.eq(starts_at), t::created_at.eq(now)))
                .returning(t::id)
                .get_result(conn)
                .await?;
            (id, Saved::Created)
        }
    };
    save_codes(conn, id, &draft.codes).await?;
    save_targets(conn, id, draft).await?;
    save_customers(conn, id, draft.audience.as_ref()).await?;
    Ok(saved)
}

/// Whether storing the draft over what is held would change nothing: lists are the same in any order, and a discount goes on
/// from when it began where the draft does not say when it begins.
#[must_use]
pub fn is_same(held: &DiscountDraft, draft: &DiscountDraft) -> bool {
    let sorted = |draft: &DiscountDraft| {
        let mut draft = draft.clone();
        draft.starts_at = draft.starts_at.or(held.starts_at);
        draft.codes.sort();
        draft.combines_with.sort_by_key(|class| class_word(*class));
        for targets in [&mut draft.gets, &mut draft.buys].into_iter().flatten() {
            targets.products.sort();
            targets.collections.sort();
            targets.skus.sort();
        }
        if let Some(audience) = &mut draft.audience {
            let lower = |email: &String| email.to_lowercase();
            audience.emails = audience.emails.iter().map(lower).collect();
            audience.emails.sort();
            audience.emails.dedup();
        }
        draft
    };
    sorted(held) == sorted(draft)
}

fn refuse(column: &'static str, reason: impl Into<String>) -> Failure<NotStored> {
    Failure::Refused(NotStored {
        column,
        reason: reason.into(),
    })
}

async fn save_codes(conn: &mut Conn, id: i64, codes: &[String]) -> Outcome<(), NotStored> {
    use discount_codes as t;
    let taken: Option<String> = t::table
        .filter(
            sql::<Bool>("lower(code) IN (SELECT lower(one) FROM unnest(")
                .bind::<Array<Text>, _>(codes)
                .sql(") AS one)"),
        )
        .select(t::code)
        .first(conn)
        .await
        .optional()?;
    if let Some(code) = taken {
        return Err(refuse(
            "Codes",
            format!("`{code}` leads to another discount"),
        ));
    }
    let rows: Vec<_> = codes
        .iter()
        .map(|code| {
            (
                t::discount_id.eq(id),
                t::method.eq("code"),
                t::code.eq(code),
            )
        })
        .collect();
    diesel::insert_into(t::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// The numbers behind names, all of which must be there.
fn all_known(
    column: &'static str,
    names: &[String],
    found: Vec<(String, i64)>,
) -> Outcome<Vec<i64>, NotStored> {
    let found_by: HashMap<&str, i64> = found.iter().map(|(n, id)| (n.as_str(), *id)).collect();
    let missing = names
        .iter()
        .find(|name| !found_by.contains_key(name.as_str()));
    if let Some(name) = missing {
        return Err(refuse(column, format!("there is no `{name}`")));
    }
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

async fn save_targets(conn: &mut Conn, id: i64, draft: &DiscountDraft) -> Outcome<(), NotStored> {
    use discount_targets as t;
    diesel::delete(t::table.filter(t::discount_id.eq(id)))
        .execute(conn)
        .await?;
    let roles = [
        ("gets", &draft.gets, ["Products", "Collections", "SKUs"]),
        (
            "buys",
            &draft.buys,
            ["Buys Products", "Buys Collections", "Buys SKUs"],
        ),
    ];
    let mut rows = Vec::new();
    for (role, targets, [of_product, of_collection, of_variant]) in roles {
        let Some(targets) = targets else { continue };
        let found = products::table
            .filter(products::handle.eq_any(&targets.products))
            .select((products::handle, products::id))
            .load(conn)
            .await?;
        let ids = all_known(of_product, &targets.products, found)?.into_iter();
        rows.extend(ids.map(|product| (role, Some(product), None, None)));
        let found = collections::table
            .filter(collections::handle.eq_any(&targets.collections))
            .select((collections::handle, collections::id))
            .load(conn)
            .await?;
        let ids = all_known(of_collection, &targets.collections, found)?.into_iter();
        rows.extend(ids.map(|collection| (role, None, Some(collection), None)));
        let found: Vec<(Option<String>, i64)> = variants::table
            .filter(variants::deleted_at.is_null())
            .filter(variants::sku.eq_any(&targets.skus))
            .select((variants::sku, variants::id))
            .load(conn)
            .await?;
        let found = found.into_iter().filter_map(|(sku, id)| Some((sku?, id)));
        let ids = all_known(of_variant, &targets.skus, found.collect())?.into_iter();
        rows.extend(ids.map(|variant| (role, None, None, Some(variant))));
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(
            |(role, product, collection, variant): (
                &str,
                Option<i64>,
                Option<i64>,
                Option<i64>,
            )| {
                (
                    t::discount_id.eq(id),
                    t::role.eq(role),
                    t::product_id.eq(product),
                    t::collection_id.eq(collection),
                    t::variant_id.eq(variant),
                )
            },
        )
        .collect();
    diesel::insert_into(t::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

async fn save_customers(
    conn: &mut Conn,
    id: i64,
    audience: Option<&Audience>,
) -> Outcome<(), NotStored> {
    use discount_customers as t;
    diesel::delete(t::table.filter(t::discount_id.eq(id)))
        .execute(conn)
        .await?;
    let emails = audience.map_or(&[][..], |audience| &audience.emails);
    let mut keys: Vec<String> = Vec::new();
    for key in emails.iter().map(|email| email.to_lowercase()) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let found: Vec<(String, i64)> = customers::table
        .filter(lower(customers::email).eq_any(&keys))
        .select((lower(customers::email), customers::id))
        .load(conn)
        .await?;
    if found.len() < keys.len() {
        let known = |key: &&String| found.iter().any(|(email, _)| email == *key);
        let missing = keys.iter().position(|key| !known(&key));
        // Addresses stay out of logs: the place says enough.
        let place = missing.map_or(0, |at| at + 1);
        return Err(refuse(
            "Customers",
            format!("the customer at place {place} has no account"),
        ));
    }
    let rows: Vec<_> = found
        .into_iter()
        .map(|(_, customer)| (t::discount_id.eq(id), t::customer_id.eq(customer)))
        .collect();
    diesel::insert_into(t::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// A discount as it is listed for its merchant.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its number.
    pub id: i64,
    /// How often it was used, or is about to be.
    pub used: i32,
    /// What it says.
    pub draft: DiscountDraft,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = discounts)]
struct Row {
    id: i64,
    title: String,
    class: String,
    kind: String,
    basis_points: Option<i32>,
    amount_minor: Option<i64>,
    each_piece: bool,
    buys_quantity: Option<i32>,
    gets_quantity: Option<i32>,
    uses_per_order: Option<i32>,
    gets_all: bool,
    buys_all: bool,
    minimum_subtotal_minor: Option<i64>,
    minimum_quantity: Option<i32>,
    maximum_shipping_minor: Option<i64>,
    countries: Vec<String>,
    for_everyone: bool,
    customer_tags: Vec<String>,
    once_per_customer: bool,
    usage_limit: Option<i32>,
    usage_count: i32,
    combines_with: Vec<String>,
    active: bool,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
}

/// Which of these codes are discounts', in lower case.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn known_codes(conn: &mut Conn, codes: &[String]) -> Result<HashSet<String>, Fault> {
    let folded: Vec<String> = codes.iter().map(|code| code.to_lowercase()).collect();
    let known: Vec<String> = discount_codes::table
        .filter(lower(discount_codes::code).eq_any(folded))
        .select(lower(discount_codes::code))
        .load(conn)
        .await?;
    Ok(known.into_iter().collect())
}

/// All discounts by their number, with everything that importing them again needs.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn list(conn: &mut Conn) -> Result<Vec<Listed>, Fault> {
    let rows: Vec<Row> = discounts::table
        .order(discounts::id)
        .select(Row::as_select())
        .load(conn)
        .await?;
    let codes: Vec<(i64, String)> = discount_codes::table
        .order((discount_codes::discount_id, lower(discount_codes::code)))
        .select((discount_codes::discount_id, discount_codes::code))
        .load(conn)
        .await?;
    let emails: Vec<(i64, String)> = discount_customers::table
        .inner_join(customers::table.on(customers::id.eq(discount_customers::customer_id)))
        .order((discount_customers::discount_id, customers::id))
        .select((discount_customers::discount_id, customers::email))
        .load(conn)
        .await?;
    let mut targets = targets(conn).await?;
    let (codes, emails) = (by_discount(codes), by_discount(emails));
    let listed = rows.into_iter().map(|row| {
        let id = row.id;
        let mut take = |role: &str, is_all: bool| {
            (!is_all).then(|| targets.remove(&(id, role.to_owned())).unwrap_or_default())
        };
        let (gets, buys) = (take("gets", row.gets_all), take("buys", row.buys_all));
        let of = |map: &BTreeMap<i64, Vec<String>>| map.get(&id).cloned().unwrap_or_default();
        read(row, of, (&codes, &emails), (gets, buys))
    });
    listed.collect()
}

type ByDiscount = BTreeMap<i64, Vec<String>>;

fn by_discount(rows: Vec<(i64, String)>) -> ByDiscount {
    let mut map = ByDiscount::new();
    for (id, text) in rows {
        map.entry(id).or_default().push(text);
    }
    map
}

fn read(
    row: Row,
    of: impl Fn(&ByDiscount) -> Vec<String>,
    (codes, emails): (&ByDiscount, &ByDiscount),
    (gets, buys): (Option<Targets>, Option<Targets>),
) -> Result<Listed, Fault> {
    let class = |word: &str| {
        class_of(word).ok_or_else(|| Fault::Inconsistent(format!("`{word}` is not a class")))
    };
    let points = || {
        row.basis_points
            .and_then(|points| u32::try_from(points).ok())
    };
    let value = match row.kind.as_str() {
        "percentage" => points().map(|basis_points| Value::Percentage { basis_points }),
        "amount" => row.amount_minor.map(|minor| Value::Amount {
            minor,
            each: row.each_piece,
        }),
        "buy_get" => (|| {
            Some(Value::BuyGet {
                buys: row.buys_quantity?,
                gets: row.gets_quantity?,
                basis_points: points()?,
                uses: row.uses_per_order,
            })
        })(),
        _ => Some(Value::FreeShipping {
            up_to: row.maximum_shipping_minor,
        }),
    };
    let value = value.ok_or_else(|| Fault::Inconsistent("a discount has no value".to_owned()))?;
    let combines_with = row.combines_with.iter().map(|word| class(word));
    let combines_with: Vec<Class> = combines_with.collect::<Result<_, _>>()?;
    Ok(Listed {
        id: row.id,
        used: row.usage_count,
        draft: DiscountDraft {
            codes: of(codes),
            class: class(&row.class)?,
            value,
            gets,
            buys,
            minimum_subtotal: row.minimum_subtotal_minor,
            minimum_quantity: row.minimum_quantity,
            countries: row.countries,
            audience: (!row.for_everyone).then(|| Audience {
                tags: row.customer_tags,
                emails: of(emails),
            }),
            once_per_customer: row.once_per_customer,
            usage_limit: row.usage_limit,
            combines_with,
            active: row.active,
            starts_at: Some(row.starts_at),
            ends_at: row.ends_at,
            title: row.title,
        },
    })
}

type Target = (i64, String, Option<String>, Option<String>, Option<String>);

async fn targets(conn: &mut Conn) -> Result<HashMap<(i64, String), Targets>, Fault> {
    use discount_targets as t;
    let rows: Vec<Target> = t::table
        .left_join(products::table.on(products::id.nullable().eq(t::product_id)))
        .left_join(collections::table.on(collections::id.nullable().eq(t::collection_id)))
        .left_join(variants::table.on(variants::id.nullable().eq(t::variant_id)))
        .order(t::id)
        .select((
            t::discount_id,
            t::role,
            products::handle.nullable(),
            collections::handle.nullable(),
            variants::sku.nullable(),
        ))
        .load(conn)
        .await?;
    let mut found: HashMap<(i64, String), Targets> = HashMap::new();
    for (discount, role, product, collection, sku) in rows {
        let targets = found.entry((discount, role)).or_default();
        targets.products.extend(product);
        targets.collections.extend(collection);
        targets.skus.extend(sku);
    }
    Ok(found)
}
