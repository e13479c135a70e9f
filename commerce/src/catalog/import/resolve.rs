//! Completes what a file with few columns says of a product by what the shop has of it: a missing column leaves its value.

use std::collections::HashSet;

use serde::Deserialize;

use super::Refusal;
use super::columns::{Column, Columns};
use super::options::{NAMES, NO_OPTION, VALUES};
use crate::catalog::draft::{OptionDraft, ProductDraft, VariantDraft};
use crate::kernel::text::excerpt;

/// What the shop has of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Held {
    /// Its options in order, each with its values.
    pub(crate) options: Vec<HeldOption>,
    /// Its variants in order.
    pub(crate) variants: Vec<HeldVariant>,
}

/// An option that the shop has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct HeldOption {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

/// A variant that the shop has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct HeldVariant {
    pub(crate) values: Vec<String>,
    pub(crate) sku: Option<String>,
}

/// Whether the draft says everything that the shop would have to be asked for.
pub(crate) fn is_whole(draft: &ProductDraft) -> bool {
    let given = &draft.given;
    let has_options = given.names.iter().chain(&given.values).all(|has| *has);
    let has_price = |variant: &VariantDraft| variant.price_minor.is_some();
    has_options
        && draft.title.is_some()
        && !draft.variants.is_empty()
        && draft.variants.iter().all(has_price)
}

/// Completes a draft by what the shop has of its product; `held` is `None` for a new one, which stands on `line`.
///
/// # Errors
/// What is missing, or cannot be told apart.
pub(crate) fn resolve(
    draft: &mut ProductDraft,
    held: Option<&Held>,
    columns: &Columns,
    line: u64,
) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    match held {
        None => {
            if draft.title.is_none() {
                let heading = columns.heading(Column::Title);
                let reason = "is missing, and the product is new";
                refusals.push(Refusal::new(line, heading, reason));
            }
            begin(draft, columns, line, &mut refusals);
        }
        Some(held) => {
            let values = draft.given.values.iter();
            let columns_of_values = values.take_while(|has| **has).count();
            let names_options = draft.given.names[0] && draft.given.values[0];
            if !draft.given.variants {
                draft.variants.clear();
            }
            if columns_of_values < held.options.len() || !names_options {
                keep(draft, held, columns, &mut refusals);
            }
        }
    }
    price_new(draft, held, columns, &mut refusals);
    if refusals.is_empty() {
        Ok(())
    } else {
        refusals.sort_by_key(|refusal| refusal.line);
        Err(refusals)
    }
}

/// A new product whose options the file does not name has none.
fn begin(draft: &mut ProductDraft, columns: &Columns, line: u64, refusals: &mut Vec<Refusal>) {
    if !draft.options.is_empty() {
        return;
    }
    if draft.variants.is_empty() {
        let heading = columns.heading(Column::Price);
        let reason = "is missing, and the product is new";
        refusals.push(Refusal::new(line, heading, reason));
        return;
    }
    for (place, variant) in draft.variants.iter_mut().enumerate() {
        if variant.values.iter().any(|value| !value.is_empty()) {
            let heading = columns.heading(NAMES[0]);
            refusals.push(Refusal::new(variant.line, heading, "is missing"));
        } else if place > 0 {
            let heading = columns.heading(VALUES[0]);
            let reason = format!("a second variant `{}`", NO_OPTION.1);
            refusals.push(Refusal::new(variant.line, heading, reason));
        }
        variant.values = vec![NO_OPTION.1.to_owned()];
        NO_OPTION.1.clone_into(&mut variant.title);
    }
    draft.options = vec![OptionDraft {
        name: NO_OPTION.0.to_owned(),
        values: vec![NO_OPTION.1.to_owned()],
    }];
}

/// Finds the variants that the rows mean among those of the product, whose options and other variants stay.
fn keep(draft: &mut ProductDraft, held: &Held, columns: &Columns, refusals: &mut Vec<Refusal>) {
    draft.keeps_variants = true;
    let given_names: Vec<String> = draft.options.iter().map(|o| o.name.clone()).collect();
    let has_names = draft.given.names[0] && draft.given.values[0];
    let named = |place: usize, held: &HeldOption| match given_names.get(place) {
        Some(name) if has_names => name.clone(),
        _ => held.name.clone(),
    };
    let mut options: Vec<OptionDraft> = held
        .options
        .iter()
        .enumerate()
        .map(|(place, option)| OptionDraft {
            name: named(place, option),
            values: option.values.clone(),
        })
        .collect();
    let is_only = draft.variants.len() == 1;
    let mut seen: HashSet<Vec<String>> = HashSet::new();
    for variant in &mut draft.variants {
        let given = std::mem::take(&mut variant.values);
        match meant(variant, &given, held, is_only) {
            Ok(values) => {
                for (option, value) in options.iter_mut().zip(&values) {
                    if !option.values.contains(value) {
                        option.values.push(value.clone());
                    }
                }
                if !seen.insert(values.clone()) {
                    let title = values.join(" / ");
                    let reason = format!("a second row for the variant `{}`", excerpt(&title));
                    refusals.push(Refusal::new(variant.line, "", reason));
                }
                variant.title = values.join(" / ");
                variant.values = values;
                variant.position = None;
            }
            Err((column, reason)) => {
                let heading = columns.heading(column);
                refusals.push(Refusal::new(variant.line, heading, reason));
            }
        }
    }
    draft.options = options;
}

/// The values of the variant that a row means; those of a new one where the row has all of them.
fn meant(
    variant: &VariantDraft,
    given: &[String],
    held: &Held,
    is_only: bool,
) -> Result<Vec<String>, (Column, String)> {
    let count = held.options.len();
    let is_told = given.iter().any(|value| !value.is_empty());
    if is_told && given.len() >= count {
        if let Some(place) = given[..count].iter().position(String::is_empty) {
            return Err((VALUES[place], "is missing".to_owned()));
        }
        if let Some(beyond) = given[count..].iter().position(|value| !value.is_empty()) {
            let place = count + beyond;
            return Err((VALUES[place], format!("{} is missing", NAMES[place].name())));
        }
        return Ok(given[..count].to_vec());
    }
    let sku = variant.sku.as_ref().and_then(Option::as_ref);
    let is_meant = |one: &&HeldVariant| match (is_told, sku) {
        (true, _) => one.values.starts_with(given),
        (false, Some(sku)) => one.sku.as_ref() == Some(sku),
        (false, None) => false,
    };
    let found: Vec<&HeldVariant> = held.variants.iter().filter(is_meant).collect();
    match (&found[..], &held.variants[..]) {
        ([one], _) => Ok(one.values.clone()),
        // The only row of a product with one variant may give it another number.
        ([], [one]) if !is_told && is_only => Ok(one.values.clone()),
        (_, all) => {
            let next = VALUES[given.len().min(VALUES.len() - 1)];
            let reason = format!(
                "is missing: the product has {} variants, which the row does not tell apart",
                all.len()
            );
            Err((next, reason))
        }
    }
}

/// What is new needs a price.
fn price_new(
    draft: &ProductDraft,
    held: Option<&Held>,
    columns: &Columns,
    refusals: &mut Vec<Refusal>,
) {
    let is_held = |variant: &VariantDraft| {
        let mut variants = held.iter().flat_map(|held| &held.variants);
        variants.any(|known| known.values == variant.values)
    };
    for variant in &draft.variants {
        let is_named = !variant.values.is_empty();
        if is_named && variant.price_minor.is_none() && !is_held(variant) {
            let heading = columns.heading(Column::Price);
            let reason = "is missing, and the variant is new";
            refusals.push(Refusal::new(variant.line, heading, reason));
        }
    }
}
