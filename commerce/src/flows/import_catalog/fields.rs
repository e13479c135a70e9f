//! What the columns of a product CSV say of fields that the merchant added: read with the product, written for many
//! products at once.

use std::collections::HashSet;
use std::convert::Infallible;

use chrono::{DateTime, Utc};

use super::{Counts, Observer};
use crate::Shop;
use crate::catalog::import::Refusal;
use crate::catalog::store::{Change, SavedProduct};
use crate::content::columns::FieldColumn;
use crate::content::store::{self as content, FieldCell, Put};
use crate::content::values::Given;
use crate::db::{Conn, Run};
use crate::kernel::{Failure, Fault, FieldHeading};

/// What such fields belong to.
const OWNER: &str = "product";

/// Cells from which on they are written.
const MANY: usize = 500;

/// A cell, and where it stands.
struct Placed {
    cell: FieldCell,
    line: u64,
    column: usize,
}

/// The columns of one file, and what of it is not written yet.
pub(super) struct Fields {
    columns: Vec<FieldColumn>,
    waiting: Vec<Placed>,
    /// What leads to things that the file may have further down.
    ahead: Vec<Placed>,
    /// Products of which nothing has changed so far.
    unchanged: HashSet<i64>,
}

impl Fields {
    /// Finds the types of what these columns hold.
    pub(super) async fn open(
        shop: &Shop,
        headings: Vec<FieldHeading>,
        run: Run,
    ) -> Result<Self, Fault> {
        let known = match headings.is_empty() {
            true => Vec::new(),
            false => content::field_kinds(&mut *shop.db.primary().await?, OWNER).await?,
        };
        let column = |heading| FieldColumn::read_by(heading, &known);
        let fields = Self {
            columns: headings.into_iter().map(column).collect(),
            waiting: Vec::new(),
            ahead: Vec::new(),
            unchanged: HashSet::new(),
        };
        // Before the first value, and even without any: a shop file leaves alone what is a column's.
        if run == Run::Real {
            fields.note(shop).await?;
        }
        Ok(fields)
    }

    /// Reads the cells of one product, in the order of the columns.
    pub(super) fn read(
        &self,
        line: u64,
        cells: &[String],
    ) -> Result<Vec<Option<Given>>, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut values = Vec::with_capacity(cells.len());
        for (column, text) in self.columns.iter().zip(cells) {
            match column.read(text) {
                Ok(given) => values.push(given),
                Err(reason) => {
                    let heading = column.heading.to_string();
                    refusals.push(Refusal::new(line, &heading, reason));
                }
            }
        }
        if refusals.is_empty() {
            Ok(values)
        } else {
            Err(refusals)
        }
    }

    /// Whether what the cells of a saved product say differs from what there is: for a dry run, in its transaction.
    pub(super) async fn would_change(
        &self,
        conn: &mut Conn,
        saved: &SavedProduct,
        values: &[Option<Given>],
        now: DateTime<Utc>,
    ) -> Result<bool, Fault> {
        let cells = self.columns.iter().zip(values);
        let cells = cells.map(|(column, value)| column.cell(saved.id, value.clone()));
        let cells: Vec<FieldCell> = cells.collect();
        if cells.is_empty() {
            return Ok(false);
        }
        let put = content::put_fields(conn, OWNER, &cells, now).await?;
        Ok(!put.changed.is_empty())
    }

    /// Keeps what the cells of a saved product say.
    pub(super) fn add(&mut self, saved: &SavedProduct, line: u64, values: Vec<Option<Given>>) {
        let is_new = saved.change == Change::Created;
        for (column, value) in values.into_iter().enumerate() {
            // What was not there has no field to lose.
            if is_new && value.is_none() {
                continue;
            }
            let cell = self.columns[column].cell(saved.id, value);
            self.waiting.push(Placed { cell, line, column });
        }
        if saved.change == Change::Unchanged && !self.columns.is_empty() {
            self.unchanged.insert(saved.id);
        }
    }

    /// Whether it is time to write.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= MANY
    }

    /// Writes what is waiting; at the end of the file also what lay ahead, or it leads nowhere.
    pub(super) async fn put(
        &mut self,
        shop: &Shop,
        counts: &mut Counts,
        observer: &mut dyn Observer,
        is_end: bool,
    ) -> Result<(), Fault> {
        let waiting = std::mem::take(&mut self.waiting);
        let astray = self.write(shop, waiting, counts).await?;
        self.ahead.extend(astray);
        if !is_end {
            return Ok(());
        }
        let ahead = std::mem::take(&mut self.ahead);
        for placed in self.write(shop, ahead, counts).await? {
            let heading = self.columns[placed.column].heading.to_string();
            let reason = "leads to what does not exist: the metafield stays as it was";
            observer.refused(&Refusal::new(placed.line, &heading, reason));
            counts.refusals += 1;
        }
        Ok(())
    }

    /// Writes cells in one transaction; answers those that lead to what is not there.
    async fn write(
        &mut self,
        shop: &Shop,
        placed: Vec<Placed>,
        counts: &mut Counts,
    ) -> Result<Vec<Placed>, Fault> {
        if placed.is_empty() {
            return Ok(Vec::new());
        }
        let now = shop.clock.now();
        let cells: Vec<FieldCell> = placed.iter().map(|placed| placed.cell.clone()).collect();
        let put = shop.db.write::<Put, Infallible, _>(async |conn| {
            Ok(content::put_fields(conn, OWNER, &cells, now).await?)
        });
        let put = put.await.map_err(Failure::fault)?;
        for product in &put.changed {
            if self.unchanged.remove(product) {
                counts.unchanged -= 1;
                counts.updated += 1;
            }
        }
        let placed = placed.into_iter().enumerate();
        let astray = placed.filter(|(at, _)| put.astray.contains(at));
        Ok(astray.map(|(_, placed)| placed).collect())
    }

    /// Notes the columns.
    async fn note(&self, shop: &Shop) -> Result<(), Fault> {
        if self.columns.is_empty() {
            return Ok(());
        }
        let headings: Vec<FieldHeading> = self
            .columns
            .iter()
            .map(|column| column.heading.clone())
            .collect();
        let noted = shop.db.write::<_, Infallible, _>(async |conn| {
            Ok(content::note_columns(conn, &headings).await?)
        });
        noted.await.map_err(Failure::fault)
    }
}
