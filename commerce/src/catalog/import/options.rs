//! A product's axes: named by its first row, their values in order of appearance.

use std::collections::HashSet;

use super::cells::Cells;
use super::columns::Column;
use crate::catalog::draft::OptionDraft;
use crate::kernel::text::excerpt;

pub(super) const NAMES: [Column; 3] = [
    Column::Option1Name,
    Column::Option2Name,
    Column::Option3Name,
];
pub(super) const VALUES: [Column; 3] = [
    Column::Option1Value,
    Column::Option2Value,
    Column::Option3Value,
];

/// What a product without options has all the same.
pub(super) const NO_OPTION: (&str, &str) = ("Title", "Default Title");

/// The options of one product, filled row by row.
#[derive(Debug, Default)]
pub(super) struct Options {
    options: Vec<OptionDraft>,
    combinations: HashSet<Vec<String>>,
    has_none: bool,
    /// The file does not name them: they are those that the product has.
    are_held: bool,
}

impl Options {
    /// Reads the names from the first row.
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let mut this = Self::default();
        if !cells.has_column(NAMES[0]) || !cells.has_column(VALUES[0]) {
            this.are_held = true;
            return this;
        }
        let count = NAMES
            .iter()
            .rposition(|name| cells.has(*name))
            .map_or(0, |last| last + 1);
        if count == 0 {
            this.has_none = true;
            this.add(NO_OPTION.0.to_owned());
            return this;
        }
        for column in &NAMES[..count] {
            let name = cells.required(*column);
            if this
                .options
                .iter()
                .any(|o| o.name.to_lowercase() == name.to_lowercase())
            {
                cells.refuse(*column, format!("`{}` names two options", excerpt(&name)));
            }
            this.add(name);
        }
        this
    }

    /// Reads one variant's values and notes new ones.
    pub(super) fn values(&mut self, cells: &mut Cells<'_>) -> Vec<String> {
        if self.are_held {
            let columns = VALUES
                .iter()
                .take_while(|column| cells.has_column(**column));
            let columns: Vec<Column> = columns.copied().collect();
            return columns
                .into_iter()
                .map(|column| cells.text(column))
                .collect();
        }
        let mut values = Vec::with_capacity(self.options.len());
        for (index, column) in VALUES.iter().enumerate() {
            let Some(option) = self.options.get_mut(index) else {
                if cells.has(*column) {
                    cells.refuse(
                        *column,
                        format!("{} is missing", cells.heading(NAMES[index])),
                    );
                }
                continue;
            };
            let name = cells.text(NAMES[index]);
            if !name.is_empty() && name != option.name {
                let reason = format!("the product's first row says `{}`", excerpt(&option.name));
                cells.refuse(NAMES[index], reason);
            }
            let value = match cells.has(*column) {
                false if self.has_none => NO_OPTION.1.to_owned(),
                _ => cells.required(*column),
            };
            if !option.values.contains(&value) {
                option.values.push(value.clone());
            }
            values.push(value);
        }
        if !self.combinations.insert(values.clone()) {
            cells.refuse(
                VALUES[0],
                format!("a second variant `{}`", excerpt(&values.join(" / "))),
            );
        }
        values
    }

    pub(super) fn finish(self) -> Vec<OptionDraft> {
        self.options
    }

    fn add(&mut self, name: String) {
        self.options.push(OptionDraft {
            name,
            values: Vec::new(),
        });
    }
}
