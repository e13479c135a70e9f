//! Paths that lead elsewhere: by id, as a list, and in and out as a CSV.

use std::collections::HashMap;
use std::io::{Read, Write};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{self, Order, Place, PlaceColumns};
use crate::db::sql::cached;
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::sheet::{Known, Refusal, Row, Sheet, Writer};
use crate::kernel::{Failure, Fault, Id, Outcome, id};
use crate::tables::url_redirects;

/// A path that leads elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Redirect {
    /// Names the redirect.
    pub id: Id<id::UrlRedirect>,
    /// The path that is asked for, from `/` on.
    pub path: String,
    /// Where it leads: another path, or an address.
    pub target: String,
}

const REDIRECT: &str = "r.id, r.path, r.target";

type RedirectColumns = (BigInt, Text, Text);

/// A wanted part of the redirects, in the order in which they were made.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Only these: a condition on `url_redirects r`.
    pub condition: Option<Fragment>,
    /// The newest first.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// Those of these that there are.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::UrlRedirect>],
) -> Result<HashMap<Id<id::UrlRedirect>, Redirect>, Fault> {
    let text = format!("SELECT {REDIRECT} FROM url_redirects r WHERE r.id = ANY($1)");
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(text).bind::<Array<BigInt>, _>(ids);
    let rows: Vec<Redirect> = cached::<RedirectColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// One part of the redirects.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn listing(
    conn: &mut Conn,
    listing: &Listing,
) -> Outcome<keyset::Page<Redirect>, PageRefusal> {
    let order = Order::by_id("r.id").reversed(listing.reverse);
    let mut conditions = vec![Fragment::sql("true")];
    conditions.extend(listing.condition.clone());
    conditions.extend(order.bounds(&listing.window).map_err(Failure::Refused)?);
    let statement = Fragment::sql("SELECT ")
        .append(order.columns())
        .push(format!(", {REDIRECT} FROM url_redirects r WHERE "))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&listing.window))
        .push(" LIMIT ")
        .bind(Value::Number(listing.window.fetch_limit()));
    let rows: Vec<(Place, Redirect)> = statement
        .into_statement::<(PlaceColumns, RedirectColumns)>()
        .load(conn)
        .await?;
    Ok(keyset::page(&order, &listing.window, rows))
}

const FROM: &str = "Redirect from";
const TO: &str = "Redirect to";
/// Bytes of a path or a target. PostgreSQL takes 2,704 of them into an index.
const LONGEST: usize = 2_048;

/// What an import has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Paths that led nowhere before.
    pub created: u64,
    /// Paths that led elsewhere.
    pub updated: u64,
    /// Paths that were taken away.
    pub removed: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// Reasons against rows, which changed nothing.
    pub refusals: Vec<Refusal>,
    /// What is unusual about the file.
    pub notes: Vec<Refusal>,
}

/// Makes paths lead where the rows of a CSV say, or nowhere where a row has no target. Paths that have no
/// row stay as they are.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn import(
    conn: &mut Conn,
    source: impl Read,
    now: DateTime<Utc>,
) -> Result<Imported, Fault> {
    let mut imported = Imported::default();
    let known = Known {
        columns: &[FROM, TO],
        aliases: &[],
        mandatory: &[FROM, TO],
    };
    let mut sheet = match Sheet::open(source, &known) {
        Ok(sheet) => sheet,
        Err(refusals) => {
            imported.refusals = refusals;
            return Ok(imported);
        }
    };
    imported.notes = sheet.notes().to_vec();
    // Whoever imports at the same time waits: spellings of one path are not kept apart by an index.
    sql_query("LOCK TABLE url_redirects IN SHARE ROW EXCLUSIVE MODE")
        .execute(conn)
        .await?;
    while let Some(row) = sheet.next_row() {
        let read = row.map_err(|refusal| vec![refusal]).and_then(|mut row| {
            let (line, read) = (row.line, read(&mut row));
            Ok((line, row.settled(read)?))
        });
        match read {
            Ok((line, (path, target))) => {
                if !save(conn, &mut imported, &path, &target, now).await? {
                    let refusal = Refusal::new(line, TO, "leads back to itself");
                    imported.refusals.push(refusal);
                }
            }
            Err(refusals) => imported.refusals.extend(refusals),
        }
    }
    Ok(imported)
}

/// The path and the target of a row.
fn read(row: &mut Row<'_>) -> (String, String) {
    let (path, target) = (row.text(FROM), row.text(TO));
    for (column, text) in [(FROM, &path), (TO, &target)] {
        if text.len() > LONGEST {
            row.refuse(column, format!("is longer than {LONGEST} bytes"));
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            row.refuse(column, "must not contain white space");
        }
    }
    if !path.starts_with('/') || path.contains('#') {
        row.refuse(FROM, "must be a path that begins with `/`, without `#`");
    }
    let is_address = target.starts_with("https://") || target.starts_with("http://");
    let is_path = target.starts_with('/') && !target.starts_with("//");
    if !(target.is_empty() || is_path || is_address) {
        row.refuse(
            TO,
            "must be a path that begins with `/`, or an address of the web",
        );
    }
    (path, target)
}

diesel::define_sql_function! {
    /// A path or an address as all its spellings have it.
    fn redirect_form(written: Text) -> Text;
}

/// Makes all spellings of a path lead to a target, or nowhere; answers whether that is elsewhere.
async fn save(
    conn: &mut Conn,
    imported: &mut Imported,
    path: &str,
    target: &str,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    use url_redirects as t;
    let of_path = t::table.filter(t::path_form.eq(redirect_form(path)));
    if target.is_empty() {
        let removed = diesel::delete(of_path).execute(conn).await?;
        let count = match removed {
            0 => &mut imported.unchanged,
            _ => &mut imported.removed,
        };
        *count += 1;
        return Ok(true);
    }
    let same = redirect_form(path).eq(redirect_form(target));
    if diesel::select(same).get_result(conn).await? {
        return Ok(false);
    }
    let held: Vec<(i64, String)> = of_path
        .order(t::id)
        .select((t::id, t::target))
        .load(conn)
        .await?;
    match held.as_slice() {
        [] => {
            let row = (
                t::path.eq(path),
                t::target.eq(target),
                t::created_at.eq(now),
            );
            diesel::insert_into(t::table)
                .values(row)
                .execute(conn)
                .await?;
            imported.created += 1;
        }
        [(_, held)] if held == target => imported.unchanged += 1,
        [(first, _), others @ ..] => {
            let others = others.iter().map(|(id, _)| *id).collect::<Vec<_>>();
            if !others.is_empty() {
                let others = t::table.filter(t::id.eq_any(others));
                diesel::delete(others).execute(conn).await?;
            }
            let update = diesel::update(t::table.find(*first));
            let update = update.set((t::path.eq(path), t::target.eq(target)));
            update.execute(conn).await?;
            imported.updated += 1;
        }
    }
    Ok(true)
}

/// Writes all redirects as a CSV that reads back as the same; answers how many there were.
///
/// # Errors
/// A [`Fault`] when the database fails or `out` does.
pub async fn export(conn: &mut Conn, out: &mut (dyn Write + Send)) -> Result<u64, Fault> {
    use url_redirects as t;
    let rows: Vec<(String, String)> = t::table
        .order(t::id)
        .select((t::path, t::target))
        .load(conn)
        .await?;
    let mut writer = Writer::new(out);
    writer.write([FROM, TO])?;
    let mut count = 0;
    for (path, target) in rows {
        writer.write([path, target])?;
        count += 1;
    }
    writer.finish()?;
    Ok(count)
}
