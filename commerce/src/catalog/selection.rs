//! Choosing among a product's variants by option values. Pure: rows in, a choice out.

use std::collections::HashMap;

use super::model::{ProductOption, Variant};

/// Option values as a client names them.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Pairs of an option's name and a value's name.
    pub options: Vec<(String, String)>,
    /// Whether pairs whose option the product does not have count as absent.
    pub ignore_unknown: bool,
    /// Whether names are compared regardless of case.
    pub ignore_case: bool,
}

/// A selection in terms of one product: for each of its options, the id of the wanted value.
#[derive(Debug, PartialEq, Eq)]
struct Wanted(Vec<Option<i64>>);

impl Selection {
    /// `None` when it names something that the product does not have.
    fn resolve(&self, options: &[ProductOption]) -> Option<Wanted> {
        let same =
            |a: &str, b: &str| a == b || (self.ignore_case && a.to_lowercase() == b.to_lowercase());
        let mut wanted = vec![None; options.len()];
        for (name, value) in &self.options {
            let Some(index) = options.iter().position(|o| same(&o.name, name)) else {
                if self.ignore_unknown {
                    continue;
                }
                return None;
            };
            let found = options[index]
                .values
                .iter()
                .find(|v| same(&v.name, value))?;
            wanted[index] = Some(found.id.value);
        }
        Some(Wanted(wanted))
    }
}

impl Wanted {
    /// How many of the wanted values the variant does not have.
    fn differences(&self, variant: &Variant) -> usize {
        let values: Vec<i64> = variant.values().collect();
        let differs = |wanted: &&Option<i64>| wanted.is_some_and(|value| !values.contains(&value));
        self.0.iter().filter(differs).count()
    }

    fn is_complete(&self) -> bool {
        self.0.iter().all(Option::is_some)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

/// The variant with exactly these values; `None` unless every option has one.
#[must_use]
pub fn exact<'a>(
    options: &[ProductOption],
    variants: &'a [Variant],
    selection: &Selection,
) -> Option<&'a Variant> {
    let wanted = selection.resolve(options)?;
    if !wanted.is_complete() {
        return None;
    }
    variants
        .iter()
        .find(|variant| wanted.differences(variant) == 0)
}

/// The variant that a product page opens with: the one that fits the selection best, or else the
/// first available one, or else the first.
#[must_use]
pub fn opening<'a>(
    options: &[ProductOption],
    variants: &'a [Variant],
    selection: &Selection,
    available: &impl Fn(&Variant) -> bool,
) -> Option<&'a Variant> {
    let fitting = |variant: &&Variant| match selection.resolve(options) {
        Some(wanted) if !wanted.is_empty() => wanted.differences(variant) == 0,
        _ => false,
    };
    if let Some(exact) = exact(options, variants, selection) {
        return Some(exact);
    }
    let fitting: Vec<&Variant> = variants.iter().filter(fitting).collect();
    let first_of = |among: &[&'a Variant]| {
        let open = among.iter().find(|variant| available(variant));
        open.or(among.first()).copied()
    };
    first_of(&fitting).or_else(|| first_of(&variants.iter().collect::<Vec<_>>()))
}

/// The variants that are one choice away from the selection, or from the opening variant without
/// one, ordered by id.
#[must_use]
pub fn adjacent<'a>(
    options: &[ProductOption],
    variants: &'a [Variant],
    selection: &Selection,
    available: &impl Fn(&Variant) -> bool,
) -> Vec<&'a Variant> {
    let wanted = match selection.resolve(options) {
        None => return Vec::new(),
        Some(wanted) if !wanted.is_empty() => wanted,
        Some(_) => match opening(options, variants, &Selection::default(), available) {
            Some(variant) => Wanted(variant.values().map(Some).collect()),
            None => return Vec::new(),
        },
    };
    let mut found: Vec<&Variant> = variants
        .iter()
        .filter(|variant| wanted.differences(variant) == 1)
        .collect();
    found.sort_by_key(|variant| variant.id);
    found
}

/// For each option value the variant that combines it with the first possible values of the other
/// options; values without a variant are missing.
#[must_use]
pub fn first_selectable<'a>(
    options: &[ProductOption],
    variants: &'a [Variant],
) -> HashMap<i64, &'a Variant> {
    let place_of: HashMap<i64, usize> = options
        .iter()
        .flat_map(|option| option.values.iter().enumerate())
        .map(|(place, value)| (value.id.value, place))
        .collect();
    // Ordered by the places of their values, the first variant of a value is the one wanted.
    let mut ordered: Vec<(Vec<usize>, &Variant)> = variants
        .iter()
        .map(|v| {
            (
                v.values()
                    .filter_map(|id| place_of.get(&id).copied())
                    .collect(),
                v,
            )
        })
        .collect();
    ordered.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.id.cmp(&b.1.id)));
    let mut first = HashMap::new();
    for (_, variant) in ordered {
        for value in variant.values() {
            first.entry(value).or_insert(variant);
        }
    }
    first
}

#[cfg(test)]
#[path = "selection_tests.rs"]
pub(super) mod tests;
