//! Customers that a merchant brings along as a CSV, and takes away as one.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::io::{Read, Write};

use chrono::{DateTime, Utc};

use crate::Shop;
use crate::content::columns::{self, FieldColumn, KeptField};
use crate::content::store::{self as content, FieldCell, Put};
use crate::customer::sheet::{self, Column, Draft, KNOWN, PHONE, Written};
use crate::customer::store::{self, New, Patch};
use crate::customer::{Customer, CustomerAddress, reads};
use crate::db::{Conn, Run, violated_constraint};
use crate::kernel::sheet::{Refusal, Sheet, Writer};
use crate::kernel::{Address, Failure, Fault, FieldHeading, Id};

/// What the columns of metafields belong to.
const OWNER: &str = "customer";

/// Customers read in one statement.
const PAGE: i64 = 500;

/// What an import has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedCustomers {
    /// Customers that were not there.
    pub created: u64,
    /// Customers of whom something differed.
    pub updated: u64,
    /// Customers of whom nothing differed.
    pub unchanged: u64,
    /// Columns that mean nothing here.
    pub ignored: Vec<String>,
    /// Reasons against rows, which changed nothing.
    pub refusals: Vec<Refusal>,
    /// What is unusual about the file.
    pub notes: Vec<Refusal>,
}

enum Change {
    Created,
    Updated,
    Unchanged,
}

/// Imports one file. A new customer is invited: there is no password yet, and no mail goes out; whoever
/// asks for a new password sets the first one.
///
/// Each row is a transaction of its own: one that is refused changes nothing, and the others are imported.
///
/// # Errors
/// A [`Fault`] of the database; rows that were imported before stay.
pub async fn import_customers(
    shop: &Shop,
    source: impl Read + Send,
) -> Result<ImportedCustomers, Fault> {
    import_customers_in(Run::Real, shop, source).await
}

/// As [`import_customers`]; a dry run changes nothing.
///
/// # Errors
/// As [`import_customers`].
pub async fn import_customers_in(
    run: Run,
    shop: &Shop,
    source: impl Read + Send,
) -> Result<ImportedCustomers, Fault> {
    shop.db.alone(import(run, shop, source)).await
}

async fn import(
    run: Run,
    shop: &Shop,
    source: impl Read + Send,
) -> Result<ImportedCustomers, Fault> {
    let mut imported = ImportedCustomers::default();
    let mut sheet = match Sheet::open(source, &KNOWN) {
        Ok(sheet) => sheet,
        Err(refusals) => {
            imported.refusals = refusals;
            return Ok(imported);
        }
    };
    let columns = match field_columns(shop, &sheet).await? {
        Ok(columns) => columns,
        Err(refusals) => {
            imported.refusals = refusals;
            return Ok(imported);
        }
    };
    let is_field = |name: &&String| FieldHeading::parse(name, OWNER).is_some();
    let ignored = sheet.ignored().iter();
    imported.ignored = ignored.filter(|name| !is_field(name)).cloned().collect();
    // Before the first value: a shop file leaves alone what is a column's.
    if run == Run::Real {
        note(shop, &columns).await?;
    }
    imported.notes = sheet.notes().to_vec();
    let now = shop.clock.now();
    while let Some(row) = sheet.next_row() {
        let read = row.map_err(|refusal| vec![refusal]).and_then(|mut row| {
            let draft = sheet::read(&mut row, &columns);
            let line = row.line;
            Ok((row.settled(draft)?, line))
        });
        let (draft, line) = match read {
            Ok(read) => read,
            Err(refusals) => {
                imported.refusals.extend(refusals);
                continue;
            }
        };
        let saved = shop
            .db
            .write_in(run, async |conn: &mut Conn| {
                save(conn, &draft, &columns, now).await
            })
            .await;
        match saved {
            Ok(Change::Created) => imported.created += 1,
            Ok(Change::Updated) => imported.updated += 1,
            Ok(Change::Unchanged) => imported.unchanged += 1,
            Err(Failure::Refused((name, reason))) => {
                imported.refusals.push(Refusal::new(line, &name, reason));
            }
            Err(Failure::Broken(Fault::Database(error)))
                if violated_constraint(&error) == Some("customers_phone") =>
            {
                let reason = "is the number of another account";
                imported.refusals.push(Refusal::new(line, PHONE, reason));
            }
            Err(Failure::Broken(fault)) => return Err(fault),
        }
    }
    Ok(imported)
}

/// The columns of fields that the merchant added; the inner error has the reasons against the header.
async fn field_columns<R: Read>(
    shop: &Shop,
    sheet: &Sheet<R>,
) -> Result<Result<Vec<Column>, Vec<Refusal>>, Fault> {
    let names = sheet.ignored().iter();
    let headings: Vec<(String, FieldHeading)> = names
        .filter_map(|name| Some((name.clone(), FieldHeading::parse(name, OWNER)?)))
        .collect();
    if headings.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let mut seen = HashSet::new();
    let twice = headings
        .iter()
        .filter(|(_, heading)| !seen.insert((&heading.namespace, &heading.key)));
    let reason = "holds a metafield that another column holds, too";
    let refusals: Vec<Refusal> = twice
        .map(|(name, _)| Refusal::new(1, name, reason))
        .collect();
    if !refusals.is_empty() {
        return Ok(Err(refusals));
    }
    let known = content::field_kinds(&mut *shop.db.primary().await?, OWNER).await?;
    let column = |(name, heading)| (name, FieldColumn::read_by(heading, &known));
    Ok(Ok(headings.into_iter().map(column).collect()))
}

/// Notes that there are such columns.
async fn note(shop: &Shop, columns: &[Column]) -> Result<(), Fault> {
    if columns.is_empty() {
        return Ok(());
    }
    let headings: Vec<FieldHeading> = columns.iter().map(|(_, c)| c.heading.clone()).collect();
    let noted = shop
        .db
        .write::<_, Infallible, _>(async |conn| Ok(content::note_columns(conn, &headings).await?));
    noted.await.map_err(Failure::fault)
}

/// Makes the account what the row says. Refused with the heading of a cell that leads to what does not exist.
async fn save(
    conn: &mut Conn,
    draft: &Draft,
    columns: &[Column],
    now: DateTime<Utc>,
) -> Result<Change, Failure<(String, &'static str)>> {
    let new = New {
        email: draft.email.clone(),
        password_hash: None,
        state: "invited",
        first_name: draft.first_name.clone().flatten(),
        last_name: draft.last_name.clone().flatten(),
        phone: draft.phone.clone().flatten(),
        accepts_marketing: draft.accepts_marketing.unwrap_or(false),
        marketing_decided_at: draft.accepts_marketing.map(|_| now),
        created_at: now,
        updated_at: now,
    };
    let (customer, is_new) = match store::insert(conn, &new).await? {
        Some(customer) => (customer, true),
        None => (known(conn, &draft.email).await?, false),
    };
    let note = store::note(conn, customer.id).await?;
    let default = default_address(conn, &customer, draft, now).await?;
    let patch = Patch {
        first_name: changed(&customer.first_name, &draft.first_name),
        last_name: changed(&customer.last_name, &draft.last_name),
        phone: changed(&customer.phone, &draft.phone),
        accepts_marketing: changed(&customer.accepts_marketing, &draft.accepts_marketing),
        marketing_decided_at: changed(&customer.accepts_marketing, &draft.accepts_marketing)
            .map(|_| now),
        default_address_id: default.map(Some),
        tags: changed(&customer.tags, &draft.tags),
        note: changed(&note, &draft.note),
        ..Patch::default()
    };
    let differs = patch != Patch::default();
    if differs {
        store::patch(conn, customer.id, &patch, now).await?;
    }
    let cells = columns.iter().zip(&draft.fields);
    let cells: Vec<FieldCell> = cells
        .map(|((_, column), value)| column.cell(customer.id.value, value.clone()))
        .collect();
    let put = match cells.is_empty() {
        true => Put::default(),
        false => content::put_fields(conn, OWNER, &cells, now).await?,
    };
    if let Some((name, _)) = put.astray.first().and_then(|at| columns.get(*at)) {
        return Err(Failure::Refused((
            name.clone(),
            "leads to what does not exist",
        )));
    }
    Ok(match (is_new, differs || !put.changed.is_empty()) {
        (true, _) => Change::Created,
        (false, true) => Change::Updated,
        (false, false) => Change::Unchanged,
    })
}

/// The account that has the address already, locked.
async fn known(conn: &mut Conn, email: &str) -> Result<Customer, Fault> {
    let known = store::credentials(conn, email).await?;
    let known = known.ok_or_else(|| Fault::Inconsistent("an account has gone meanwhile".into()))?;
    store::lock(conn, known.id).await
}

/// What a column is to become, where the row says something else.
fn changed<T: Clone + PartialEq>(before: &T, wanted: &Option<T>) -> Option<T> {
    wanted.clone().filter(|wanted| wanted != before)
}

/// The address that is to become the default one, where it is another. One of the customer's that says the same
/// is taken; otherwise the row's is added, so that none of theirs is lost. What the file has no column for is that of the default
/// address so far, unless the row leads to another country.
async fn default_address(
    conn: &mut Conn,
    customer: &Customer,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<Option<i64>, Fault> {
    let Some(given) = &draft.address else {
        return Ok(None);
    };
    let mut kept = reads::addresses(conn, &[customer.id]).await?;
    let kept = kept.remove(&customer.id).unwrap_or_default();
    let held = kept
        .iter()
        .find(|kept| Some(kept.id) == customer.default_address);
    let mut given = given.clone();
    let moves_to =
        |held: &&CustomerAddress| given.country.is_some() && given.country != held.address.country;
    // Nothing of an address is true in another country.
    let stays = held.filter(|held| !moves_to(held));
    let mut wanted = stays.map(|held| held.address.clone()).unwrap_or_default();
    for part in &draft.of_the_address {
        *part(&mut wanted) = part(&mut given).take();
    }
    // A postal code is written as the country does that has no column.
    let mut wanted = wanted.clone().carried().unwrap_or(wanted);
    // Whose it is has no column: an address that says the same in all others is the same.
    let is_same = |known: &&CustomerAddress| {
        let known = &known.address;
        let named = Address {
            first_name: known.first_name.clone(),
            last_name: known.last_name.clone(),
            ..wanted.clone()
        };
        *known == named
    };
    let same = held.filter(is_same).or_else(|| kept.iter().find(is_same));
    let default = match same {
        Some(same) => same.id,
        None => {
            let named = |told: &Option<Option<String>>, known: &Option<String>| match told {
                Some(told) => told.clone(),
                None => known.clone(),
            };
            wanted.first_name = named(&draft.first_name, &customer.first_name);
            wanted.last_name = named(&draft.last_name, &customer.last_name);
            store::insert_address(conn, customer.id, wanted, now)
                .await?
                .id
        }
    };
    Ok((customer.default_address != Some(default)).then_some(default.value))
}

/// Writes all customers in the order in which their accounts were made; answers how many there were.
///
/// # Errors
/// A [`Fault`] when the database fails or `out` does.
pub async fn export_customers(shop: &Shop, out: &mut (dyn Write + Send)) -> Result<u64, Fault> {
    let mut conn = shop.db.primary().await?;
    let mut writer = Writer::new(out);
    let columns = columns::written(OWNER, content::field_kinds(&mut conn, OWNER).await?);
    sheet::write_header(&mut writer, &columns)?;
    let (mut last, mut count) = (Id::new(0), 0);
    loop {
        let page: Vec<Written> = store::written(&mut conn, last, PAGE).await?;
        let Some(newest) = page.last() else {
            break;
        };
        last = newest.customer.id;
        let (fields, names) = fields(&mut conn, &columns, &page).await?;
        for written in page {
            let own = fields.get(&written.customer.id.value);
            let own = own.map(Vec::as_slice).unwrap_or_default();
            let cells = columns.iter().map(|column| column.write(own, &names));
            let cells = cells.collect();
            sheet::write(&mut writer, written, cells)?;
            count += 1;
        }
    }
    writer.finish()?;
    Ok(count)
}

/// What is kept of customers in these columns, and the names of what it leads to.
async fn fields(
    conn: &mut Conn,
    columns: &[FieldColumn],
    page: &[Written],
) -> Result<(HashMap<i64, Vec<KeptField>>, HashMap<String, String>), Fault> {
    if columns.is_empty() {
        return Ok(Default::default());
    }
    let ids: Vec<i64> = page.iter().map(|row| row.customer.id.value).collect();
    let fields = content::kept_fields(conn, OWNER, &ids).await?;
    let names = content::names(conn, columns::references(fields.values().flatten())).await?;
    Ok((fields, names))
}
