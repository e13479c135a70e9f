//! How lines change: merging, limits, and cutting down to the stock. Pure.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::model::{merge_key, settle_prices};
use super::{
    Code, Line, MAX_LINES, MAX_QUANTITY, Merchandise, Path, Refusal, Refusals, Warning,
    WarningCode, Withdrawn, check,
};
use crate::catalog::quantities::QuantityRule;
use crate::kernel::Id;
use crate::kernel::id::{ProductVariant, ordered_uuid};
use crate::pricing::Attribute;

/// A line that a caller wants to add.
#[derive(Clone, Debug)]
pub struct LineDraft {
    /// The id as the caller wrote it.
    pub merchandise_id: String,
    /// How many.
    pub quantity: i32,
    /// The buyer's notes.
    pub attributes: Vec<Attribute>,
    /// Whether a selling plan was named; there are none yet.
    pub selling_plan: bool,
    /// Whether a parent line was named; there are none yet.
    pub parent: bool,
}

impl LineDraft {
    /// The variant, when the id is one of a variant.
    #[must_use]
    pub fn variant(&self) -> Option<Id<ProductVariant>> {
        Id::parse(&self.merchandise_id)
    }
}

/// A change that a caller wants to make to a line; what is `None` stays.
#[derive(Clone, Debug)]
pub struct LineEdit {
    /// The line; `None` when the id is not one of a line.
    pub id: Option<Uuid>,
    /// Another variant, the id as the caller wrote it.
    pub merchandise_id: Option<String>,
    /// Another number of pieces; zero removes the line.
    pub quantity: Option<i32>,
    /// Other notes.
    pub attributes: Option<Vec<Attribute>>,
    /// Whether a selling plan was named; there are none yet.
    pub selling_plan: bool,
}

impl LineEdit {
    /// The other variant, when one is named and the id is one of a variant.
    #[must_use]
    pub fn variant(&self) -> Option<Id<ProductVariant>> {
        self.merchandise_id.as_deref().and_then(Id::parse)
    }
}

/// The variants that were asked for and can be bought.
pub(super) type Catalog = HashMap<Id<ProductVariant>, Merchandise>;

/// A cart's lines while they change.
#[derive(Debug)]
pub(super) struct Plan {
    /// The lines as they will be.
    pub lines: Vec<Line>,
    /// Lines of what is no longer for sale; they can only be removed.
    pub withdrawn: Vec<Withdrawn>,
    /// Lines that were added or changed, and so must be stored.
    pub touched: HashSet<Uuid>,
    /// Stored lines that must be deleted: removed ones, and those that became a different thing
    /// and are stored anew.
    pub dropped: Vec<Uuid>,
    /// What the buyer should know.
    pub warnings: Vec<Warning>,
    /// How many pieces all lines had together.
    before: i64,
    /// Lines whose number was asked for, and where.
    asked: HashMap<Uuid, Path>,
    refusals: Refusals,
}

impl Plan {
    /// Starts from the lines as they are.
    pub(super) fn of(lines: Vec<Line>, withdrawn: Vec<Withdrawn>) -> Self {
        Self {
            before: pieces(&lines),
            lines,
            withdrawn,
            touched: HashSet::new(),
            dropped: Vec::new(),
            warnings: Vec::new(),
            asked: HashMap::new(),
            refusals: Vec::new(),
        }
    }

    /// Adds lines; one that equals a line of the cart is added to it.
    pub(super) fn add(&mut self, drafts: &[LineDraft], catalog: &Catalog, path: &Path) {
        for (index, draft) in drafts.iter().enumerate() {
            let at = path.index(index);
            self.refuse_plans(draft.selling_plan, draft.parent, &at);
            let attributes =
                check::attributes(&draft.attributes, &at.key("attributes"), &mut self.refusals);
            if draft.quantity < 1 {
                self.refuse(
                    Code::Invalid,
                    at.key("quantity"),
                    "the quantity must be 1 or more",
                );
                continue;
            }
            let found = draft.variant().and_then(|id| catalog.get(&id));
            let Some(merchandise) = found else {
                self.refuse_merchandise(&draft.merchandise_id, &at);
                continue;
            };
            let wanted = merge_key(merchandise.variant_id, &attributes);
            let same = self
                .lines
                .iter()
                .position(|line| line.holds(merchandise.variant_id, &wanted));
            let index = same.unwrap_or_else(|| {
                self.lines.push(Line {
                    id: ordered_uuid(),
                    position: 0,
                    quantity: 0,
                    attributes,
                    unit_price: merchandise.price,
                    merchandise: merchandise.clone(),
                });
                self.lines.len() - 1
            });
            let quantity = self.lines[index].quantity.saturating_add(draft.quantity);
            self.set_quantity(index, quantity, &at);
        }
    }

    /// Changes lines: each becomes what was asked of it, and only then equal ones become one. So the order of the
    /// changes does not matter, save of two to the same line, of which the later counts.
    pub(super) fn edit(&mut self, edits: &[LineEdit], catalog: &Catalog, path: &Path) {
        let mut before: HashMap<Uuid, (Vec<u8>, Path)> = HashMap::new();
        let mut emptied: HashSet<Uuid> = HashSet::new();
        for (index, edit) in edits.iter().enumerate() {
            let at = path.index(index);
            self.refuse_plans(edit.selling_plan, false, &at);
            let place = self.lines.iter().position(|line| Some(line.id) == edit.id);
            let Some(place) = place else {
                let is_gone = edit.quantity == Some(0)
                    && (self.drop_withdrawn(edit.id)
                        || edit.id.is_some_and(|id| self.dropped.contains(&id)));
                if !is_gone {
                    self.refuse_line(edit.id, at.key("id"));
                }
                continue;
            };
            let line = self.lines[place].id;
            before
                .entry(line)
                .or_insert_with(|| (self.lines[place].merge_key(), at.key("quantity")));
            self.edit_line(place, edit, catalog, &at);
            match edit.quantity {
                Some(0) => emptied.insert(line),
                Some(_) => emptied.remove(&line),
                None => false,
            };
        }
        for place in (0..self.lines.len()).rev() {
            if emptied.contains(&self.lines[place].id) {
                self.drop_line(place);
            }
        }
        self.merge(&before);
        self.refuse_many();
    }

    /// Makes the line at `place` what is asked of it, whatever other lines hold.
    fn edit_line(&mut self, place: usize, edit: &LineEdit, catalog: &Catalog, at: &Path) {
        if let Some(given) = &edit.attributes {
            let given = check::attributes(given, &at.key("attributes"), &mut self.refusals);
            self.lines[place].attributes = given;
        }
        if let Some(given) = &edit.merchandise_id {
            match edit.variant().and_then(|id| catalog.get(&id)) {
                Some(merchandise) => self.lines[place].merchandise = merchandise.clone(),
                None => self.refuse_merchandise(given, at),
            }
        }
        if edit.quantity.is_some_and(|quantity| quantity < 0) {
            let message = "the quantity must not be negative";
            self.refuse(Code::Invalid, at.key("quantity"), message);
            return;
        }
        let line = &mut self.lines[place];
        line.quantity = edit.quantity.unwrap_or(line.quantity);
        self.touched.insert(line.id);
        if edit.quantity.is_some() || edit.merchandise_id.is_some() {
            self.asked.insert(line.id, at.key("quantity"));
        }
    }

    /// Makes one line of each that hold the same: the one that held it before, or else the first. What lines held
    /// before they changed is in `before`, with where they were named.
    fn merge(&mut self, before: &HashMap<Uuid, (Vec<u8>, Path)>) {
        let keys: Vec<Vec<u8>> = self.lines.iter().map(Line::merge_key).collect();
        let has_moved: Vec<bool> = self
            .lines
            .iter()
            .zip(&keys)
            .map(|(line, key)| {
                before
                    .get(&line.id)
                    .is_some_and(|(before, _)| before != key)
            })
            .collect();
        let mut kept: HashMap<&[u8], usize> = HashMap::new();
        for (place, key) in keys.iter().enumerate() {
            let kept = kept.entry(key).or_insert(place);
            if has_moved[*kept] && !has_moved[place] {
                *kept = place;
            }
        }
        let mut gone = Vec::new();
        for (place, key) in keys.iter().enumerate() {
            let into = kept[key.as_slice()];
            if into == place {
                if has_moved[place] {
                    self.dropped.push(self.lines[place].id);
                }
                continue;
            }
            gone.push(place);
            let (id, quantity) = (self.lines[place].id, self.lines[place].quantity);
            let line = &mut self.lines[into];
            line.quantity = line.quantity.saturating_add(quantity);
            self.touched.insert(line.id);
            let asked = self.asked.get(&id);
            if let Some(at) = asked.or_else(|| Some(&before.get(&id)?.1)).cloned() {
                self.asked.entry(line.id).or_insert(at);
            }
        }
        for place in gone.into_iter().rev() {
            self.drop_line(place);
        }
    }

    /// Refuses more pieces than a line may have.
    fn refuse_many(&mut self) {
        let wrong = self.lines.iter().filter_map(|line| {
            let at = self.asked.get(&line.id)?;
            (line.quantity > MAX_QUANTITY).then(|| {
                let message = format!("a line has at most {MAX_QUANTITY} pieces");
                Refusal::new(Code::MaximumExceeded, at.clone(), message)
            })
        });
        let wrong: Vec<Refusal> = wrong.collect();
        self.refusals.extend(wrong);
    }

    /// Removes lines.
    pub(super) fn remove(&mut self, ids: &[Option<Uuid>], path: &Path) {
        let ids: Vec<(usize, Option<Uuid>)> = ids.iter().copied().enumerate().collect();
        let mut gone = HashSet::new();
        for (index, id) in ids {
            match self.lines.iter().position(|line| Some(line.id) == id) {
                Some(place) => {
                    gone.insert(self.lines[place].id);
                    self.drop_line(place);
                }
                None if id.is_some_and(|id| gone.contains(&id)) => {}
                None if self.drop_withdrawn(id) => gone.extend(id),
                None => self.refuse_line(id, path.index(index)),
            }
        }
    }

    /// Cuts what changed down to the stock, or says why the change is refused; the lines may grow to `most`
    /// pieces together.
    pub(super) fn finish(mut self, path: &Path, most: i64) -> Result<Self, Refusals> {
        if self.lines.len() > MAX_LINES {
            let message = format!("a cart has at most {MAX_LINES} lines");
            self.refuse(Code::CartTooLarge, path.clone(), message);
        }
        self.refuse_numbers();
        self.refuse_total(path, most);
        settle_prices(&mut self.lines);
        let sum = self.lines.iter().try_fold(0_i64, |sum, line| {
            sum.checked_add(line.subtotal().ok()?.minor)
        });
        if sum.is_none() {
            let message = "the cart is worth more than an amount can say";
            self.refuse(Code::CartTooLarge, path.clone(), message);
        }
        check::settled(std::mem::take(&mut self.refusals))?;
        self.clamp();
        settle_prices(&mut self.lines);
        Ok(self)
    }

    fn set_quantity(&mut self, place: usize, quantity: i32, at: &Path) {
        if quantity > MAX_QUANTITY {
            let message = format!("a line has at most {MAX_QUANTITY} pieces");
            self.refuse(Code::MaximumExceeded, at.key("quantity"), message);
            return;
        }
        let line = &mut self.lines[place];
        line.quantity = quantity;
        self.touched.insert(line.id);
        self.asked.insert(line.id, at.key("quantity"));
    }

    /// Refuses numbers that were asked for and are not sold, once all are known.
    fn refuse_numbers(&mut self) {
        let wrong = self.lines.iter().filter_map(|line| {
            let at = self.asked.get(&line.id)?;
            let (code, message) = self.unruly(line)?;
            Some(Refusal::new(code, at.clone(), message))
        });
        let wrong: Vec<Refusal> = wrong.collect();
        self.refusals.extend(wrong);
    }

    /// Refuses more pieces than an order may have, at the line that was asked to have most.
    fn refuse_total(&mut self, path: &Path, most: i64) {
        let total = pieces(&self.lines);
        // A line that is too long by itself has been refused.
        let is_refused = self.lines.iter().any(|line| line.quantity > MAX_QUANTITY);
        if is_refused || total <= most.max(self.before) {
            return;
        }
        let asked = self.lines.iter().filter_map(|line| {
            let at = self.asked.get(&line.id)?;
            Some((line.quantity, at))
        });
        let largest = asked.max_by_key(|(quantity, _)| *quantity);
        let at = largest.map_or_else(|| path.clone(), |(_, at)| at.clone());
        let message = format!("an order has at most {most} pieces; the cart would have {total}");
        self.refuse(Code::MaximumExceeded, at, message);
    }

    /// Why a line may not have as many pieces as it has.
    fn unruly(&self, line: &Line) -> Option<(Code, String)> {
        let Merchandise {
            variant_id,
            ref title,
            ref quantities,
            ..
        } = line.merchandise;
        let QuantityRule {
            minimum,
            maximum,
            increment,
        } = quantities.rule;
        let of_variant = self.lines.iter();
        let of_variant = of_variant.filter(|line| line.merchandise.variant_id == variant_id);
        let all: i64 = of_variant.map(|line| i64::from(line.quantity)).sum();
        let most = maximum.filter(|most| all > i64::from(*most));
        if line.quantity == 0 {
            None
        } else if line.quantity < minimum {
            let message = format!("`{title}` is sold from {minimum} pieces on");
            Some((Code::MinimumNotMet, message))
        } else if line.quantity % increment != 0 {
            let message = format!("`{title}` is sold in multiples of {increment}");
            Some((Code::InvalidIncrement, message))
        } else {
            let most = most?;
            let message = format!("at most {most} of `{title}` can be bought at once");
            Some((Code::MaximumExceeded, message))
        }
    }

    fn drop_line(&mut self, place: usize) {
        let line = self.lines.remove(place);
        self.touched.remove(&line.id);
        self.asked.remove(&line.id);
        self.dropped.push(line.id);
    }

    /// Removes a line of what is no longer for sale; answers whether there is one.
    fn drop_withdrawn(&mut self, id: Option<Uuid>) -> bool {
        let place = self.withdrawn.iter().position(|gone| Some(gone.id) == id);
        let Some(place) = place else {
            return false;
        };
        self.dropped.push(self.withdrawn.remove(place).id);
        true
    }

    /// What is left of a variant's stock goes to its changed lines in their order, after the lines
    /// that did not change.
    fn clamp(&mut self) {
        let mut taken: HashMap<Id<ProductVariant>, i64> = HashMap::new();
        for line in self.lines.iter().filter(|l| !self.touched.contains(&l.id)) {
            *taken.entry(line.merchandise.variant_id).or_default() += i64::from(line.quantity);
        }
        for line in &mut self.lines {
            let Some(available) = line.merchandise.available else {
                continue;
            };
            if !self.touched.contains(&line.id) {
                continue;
            }
            let taken = taken.entry(line.merchandise.variant_id).or_default();
            let left = i32::try_from((available - *taken).max(0)).unwrap_or(i32::MAX);
            if left < line.quantity {
                let left = line.merchandise.quantities.rule.at_most(left);
                line.quantity = left;
                self.warnings.push(shortage(line));
            }
            *taken += i64::from(line.quantity);
        }
    }

    fn refuse(&mut self, code: Code, field: Path, message: impl Into<String>) {
        self.refusals.push(Refusal::new(code, field, message));
    }

    fn refuse_line(&mut self, id: Option<Uuid>, at: Path) {
        let withdrawn = self.withdrawn.iter().find(|gone| Some(gone.id) == id);
        let message = match withdrawn {
            Some(gone) => format!(
                "`{}` is no longer for sale: its line can only be removed",
                gone.title
            ),
            None => "the cart has no line with this id".to_owned(),
        };
        self.refuse(Code::InvalidMerchandiseLine, at, message);
    }

    fn refuse_merchandise(&mut self, id: &str, at: &Path) {
        let shown: String = id.chars().take(100).collect();
        let message = format!("the merchandise `{shown}` does not exist or is not for sale");
        self.refuse(Code::Invalid, at.key("merchandiseId"), message);
    }

    fn refuse_plans(&mut self, selling_plan: bool, parent: bool, at: &Path) {
        if selling_plan {
            let message = "the merchandise is not sold on a plan";
            self.refuse(
                Code::SellingPlanNotApplicable,
                at.key("sellingPlanId"),
                message,
            );
        }
        if parent {
            let message = "lines cannot belong to other lines";
            self.refuse(Code::ParentLineOperationBlocked, at.key("parent"), message);
        }
    }
}

fn pieces(lines: &[Line]) -> i64 {
    lines.iter().map(|line| i64::from(line.quantity)).sum()
}

fn shortage(line: &Line) -> Warning {
    let title = &line.merchandise.title;
    let (code, message) = match line.quantity {
        0 => (
            WarningCode::MerchandiseOutOfStock,
            format!("`{title}` is sold out"),
        ),
        left => (
            WarningCode::MerchandiseNotEnoughStock,
            format!("only {left} of `{title}` can be bought"),
        ),
    };
    Warning {
        code,
        message,
        target: Some(line.id),
    }
}

#[cfg(test)]
mod tests;
