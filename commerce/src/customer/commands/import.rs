//! Customers that a merchant brings along as a CSV, and takes away as one.

use std::io::{Read, Write};

use chrono::{DateTime, Utc};

use crate::Shop;
use crate::customer::sheet::{self, COLUMNS, Draft, EMAIL, Written};
use crate::customer::store::{self, New, Patch};
use crate::customer::{Customer, reads};
use crate::db::Conn;
use crate::kernel::sheet::{Refusal, Sheet, unwritten};
use crate::kernel::{Address, Failure, Fault, Id};

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
    let mut imported = ImportedCustomers::default();
    let mut sheet = match Sheet::open(source, &COLUMNS, &[EMAIL]) {
        Ok(sheet) => sheet,
        Err(refusals) => {
            imported.refusals = refusals;
            return Ok(imported);
        }
    };
    imported.ignored = sheet.ignored().to_vec();
    let now = shop.clock.now();
    while let Some(row) = sheet.next_row() {
        let read = row.map_err(|refusal| vec![refusal]).and_then(|mut row| {
            let draft = sheet::read(&mut row);
            row.settled(draft)
        });
        let draft = match read {
            Ok(draft) => draft,
            Err(refusals) => {
                imported.refusals.extend(refusals);
                continue;
            }
        };
        let saved = shop
            .db
            .write(async |conn: &mut Conn| Ok(save(conn, &draft, now).await?))
            .await;
        match saved.map_err(Failure::fault)? {
            Change::Created => imported.created += 1,
            Change::Updated => imported.updated += 1,
            Change::Unchanged => imported.unchanged += 1,
        }
    }
    Ok(imported)
}

/// Makes the account what the row says.
async fn save(conn: &mut Conn, draft: &Draft, now: DateTime<Utc>) -> Result<Change, Fault> {
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
    let default = default_address(conn, &customer, draft.address.as_ref(), now).await?;
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
    Ok(match (is_new, differs) {
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
/// is taken; otherwise the row's is added, so that none of theirs is lost.
async fn default_address(
    conn: &mut Conn,
    customer: &Customer,
    wanted: Option<&Address>,
    now: DateTime<Utc>,
) -> Result<Option<i64>, Fault> {
    let Some(wanted) = wanted else {
        return Ok(None);
    };
    let mut kept = reads::addresses(conn, &[customer.id]).await?;
    let kept = kept.remove(&customer.id).unwrap_or_default();
    let same = kept.iter().find(|kept| kept.address == *wanted);
    let default = match same {
        Some(same) => same.id,
        None => {
            let added = store::insert_address(conn, customer.id, wanted.clone(), now);
            added.await?.id
        }
    };
    Ok((customer.default_address != Some(default)).then_some(default.value))
}

/// Writes all customers in the order in which their accounts were made; answers how many there were.
///
/// # Errors
/// A [`Fault`] when the database fails or `out` does.
pub async fn export_customers(shop: &Shop, out: &mut (dyn Write + Send)) -> Result<u64, Fault> {
    let mut conn = shop.db.read().await?;
    let mut writer = csv::Writer::from_writer(out);
    sheet::write_header(&mut writer)?;
    let (mut last, mut count) = (Id::new(0), 0);
    loop {
        let page: Vec<Written> = store::written(&mut conn, last, PAGE).await?;
        let Some(newest) = page.last() else {
            break;
        };
        last = newest.customer.id;
        for written in page {
            sheet::write(&mut writer, written)?;
            count += 1;
        }
    }
    writer.flush().map_err(unwritten)?;
    Ok(count)
}
