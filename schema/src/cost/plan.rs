//! The cost of one operation, asked for and answered.
//!
//! A plan is the operation with everything taken off that costs nothing: fragments are spread,
//! skipped fields left out, variables put in. What is asked for is added up while it is made; what was
//! answered is counted by walking the answer along the plan. Both sums use the same table, and what
//! was answered never counts for more things than were asked for, so it is never the dearer of the two.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field as Selected, OperationDefinition, OperationType,
    Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};

use commerce::search::{query, wording};

use super::table;
use super::types::{Argument, Field as Known, Holds, Types};
use crate::inputs::Inputs;
use crate::spending::BYTES;

/// What an operation asks for.
#[derive(Clone, Debug)]
pub struct Plan {
    root: Arc<Inner>,
}

/// A selection that costs something.
#[derive(Debug)]
struct Part {
    /// Its key in the answer.
    key: Name,
    /// Charged once, whatever is answered.
    fixed: u64,
    /// Charged for each thing that is answered, over and above what it holds.
    each: u64,
    /// How many things there may be.
    count: Count,
    /// What each thing holds.
    inner: Arc<Inner>,
}

/// How many things a selection may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    One,
    /// A list of so many.
    List(u32),
    /// A page of so many rows, on this level of pages.
    Rows(u32, u32),
}

/// What a thing holds, for each type that it may be of.
#[derive(Debug, Default)]
struct Inner {
    /// The selections that cost something.
    choices: Vec<Parts>,
    /// The cost of the dearest type.
    cost: u64,
    /// Rows of pages, each page taken as full, of the type with the most.
    rows: u64,
    /// Bytes of the type with the most.
    bytes: u64,
}

/// What a thing of one type holds.
#[derive(Debug, Default)]
struct Parts {
    /// The selections that lead to something.
    parts: Vec<Part>,
    /// Bytes of its scalars.
    bytes: u64,
}

impl Plan {
    /// What an operation costs at least, also one that is not run.
    pub const LEAST: u64 = table::LEAST;

    /// What `operation` of `document` asks for. No fragment of the document may spread itself; beyond
    /// that it need not be valid: what the schema does not know costs nothing, because it will not
    /// be run.
    #[must_use]
    pub fn of(
        types: &Types,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Self {
        let mut planner = Planner {
            types,
            document,
            inputs: Inputs::new(operation, variables),
            known: HashMap::new(),
            nothing: Arc::default(),
        };
        let mutation = operation.ty == OperationType::Mutation;
        let root = types.root(mutation);
        let place = Place {
            level: 0,
            page: 0,
            mutation,
        };
        Self {
            root: planner.inner(&operation.selection_set.node, root, place),
        }
    }

    /// Points that the operation may cost at most.
    #[must_use]
    pub fn cost(&self) -> u64 {
        let bytes = self.root.bytes / BYTES;
        self.root.cost.max(bytes).max(table::LEAST)
    }

    /// Bytes that the answer may have, about.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.root.bytes
    }

    /// Points that the operation costs whatever is answered.
    #[must_use]
    pub fn fixed(&self) -> u64 {
        self.root.cost_of(None)
    }

    /// Rows that the operation may read at most, if every page in it is full.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.root.rows
    }

    /// Points for what was answered; never more than [`Plan::cost`].
    #[must_use]
    pub fn cost_of(&self, data: &Value) -> u64 {
        self.root.cost_of(Some(data)).max(table::LEAST)
    }
}

impl Inner {
    fn new(choices: Vec<Parts>) -> Self {
        let sum = |choice: &Parts, of: fn(&Part) -> u64| {
            let parts = choice.parts.iter();
            parts.map(of).fold(0, u64::saturating_add)
        };
        let most = |of: fn(&Part) -> u64| {
            let sums = choices.iter().map(|choice| sum(choice, of));
            sums.max().unwrap_or(0)
        };
        let bytes = choices
            .iter()
            .map(|choice| choice.bytes.saturating_add(sum(choice, Part::bytes)));
        Self {
            cost: most(Part::cost),
            rows: most(Part::rows),
            bytes: bytes.max().unwrap_or(0),
            choices,
        }
    }

    /// Whether a page shows its rows.
    fn shows_rows(&self) -> bool {
        let mut parts = self.choices.iter().flat_map(|choice| &choice.parts);
        parts.any(|part| matches!(part.count, Count::Rows(..)))
    }

    fn cost_of(&self, value: Option<&Value>) -> u64 {
        let fields = match value {
            Some(Value::Object(fields)) => Some(fields),
            _ => None,
        };
        let sums = self.choices.iter().map(|choice| {
            let costs = choice
                .parts
                .iter()
                .map(|part| part.cost_of(fields.and_then(|f| f.get(&part.key))));
            costs.fold(0, u64::saturating_add)
        });
        sums.max().unwrap_or(0)
    }
}

/// What so many things cost.
fn times(cost: u64, count: usize) -> u64 {
    cost.saturating_mul(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Whether a list is sorted as it is when nothing is said of it.
fn is_usual(usual: &Option<String>, name: &str) -> bool {
    usual.as_deref() == Some(name)
}

/// How many things are in the lists of an argument, however deep.
fn items(value: &Value) -> usize {
    match value {
        Value::List(things) => {
            let inside = things.iter().map(items);
            inside.fold(things.len(), usize::saturating_add)
        }
        Value::Object(fields) => fields.values().map(items).fold(0, usize::saturating_add),
        _ => 0,
    }
}

/// Whether two selections cost the same whatever is answered, as far as that is seen at a glance.
fn same(one: &Parts, other: &Parts) -> bool {
    let alike = |(a, b): (&Part, &Part)| {
        (&a.key, a.fixed, a.each, a.count) == (&b.key, b.fixed, b.each, b.count)
            && Arc::ptr_eq(&a.inner, &b.inner)
    };
    let (ours, theirs) = (&one.parts, &other.parts);
    one.bytes == other.bytes && ours.len() == theirs.len() && ours.iter().zip(theirs).all(alike)
}

impl Part {
    fn cost(&self) -> u64 {
        let one = self.each.saturating_add(self.inner.cost);
        self.fixed
            .saturating_add(one.saturating_mul(self.count.weight()))
    }

    /// Bytes are counted as often as things are.
    fn bytes(&self) -> u64 {
        self.inner.bytes.saturating_mul(self.count.weight())
    }

    /// Rows are counted in full: they are memory and time if the pages turn out to be full.
    fn rows(&self) -> u64 {
        match self.count {
            Count::One => self.inner.rows,
            Count::List(most) => self.inner.rows.saturating_mul(most.into()),
            Count::Rows(most, _) => self
                .inner
                .rows
                .saturating_add(1)
                .saturating_mul(most.into()),
        }
    }

    fn cost_of(&self, value: Option<&Value>) -> u64 {
        let answered = match value {
            None | Some(Value::Null) => 0,
            Some(Value::List(items)) => {
                let things = items.iter().filter(|item| **item != Value::Null);
                let sum =
                    things.map(|item| self.each.saturating_add(self.inner.cost_of(Some(item))));
                let sum = sum.fold(0, u64::saturating_add);
                self.count.share(sum, items.len())
            }
            thing => self.each.saturating_add(self.inner.cost_of(thing)),
        };
        self.fixed.saturating_add(answered)
    }
}

impl Count {
    /// How often a thing counts.
    fn weight(self) -> u64 {
        match self {
            Self::One => 1,
            Self::List(most) => most.into(),
            Self::Rows(most, level) => table::multiplier(most, level),
        }
    }

    /// What `length` things count that cost `sum` together: their average as often as so many
    /// things count, rounded up.
    fn share(self, sum: u64, length: usize) -> u64 {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let weight = match self {
            Self::One => u64::from(length.min(1)),
            Self::List(most) => u64::from(length.min(most)),
            Self::Rows(most, level) => table::multiplier(length.min(most), level),
        };
        sum.saturating_mul(weight)
            .div_ceil(u64::from(length.max(1)))
    }
}

/// Where a selection stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    /// How many pages are around it.
    level: u32,
    /// Rows of the page that it is the selection of.
    page: u32,
    /// Whether its fields are mutations.
    mutation: bool,
}

/// A selection set, by its address, for objects of one type at one place.
type Key = (usize, usize, Place);

struct Planner<'d> {
    types: &'d Types,
    document: &'d ExecutableDocument,
    inputs: Inputs<'d>,
    /// Each selection set is planned once for a type and place, however often fragments spread it:
    /// the work grows with the document, not with what it unfolds to.
    known: HashMap<Key, Arc<Inner>>,
    /// What a thing holds that holds nothing that costs.
    nothing: Arc<Inner>,
}

impl<'d> Planner<'d> {
    /// What things of type `ty`, which may be abstract, hold.
    fn inner(&mut self, set: &'d SelectionSet, ty: usize, place: Place) -> Arc<Inner> {
        let key = (std::ptr::from_ref(set).addr(), ty, place);
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let mut choices: Vec<Parts> = Vec::new();
        let types = self.types;
        for member in &types.at(ty).members {
            let mut parts = Parts::default();
            self.collect(set, *member, place, &mut parts);
            let is_empty = parts.parts.is_empty() && parts.bytes == 0;
            if !is_empty && !choices.iter().any(|known| same(known, &parts)) {
                choices.push(parts);
            }
        }
        let inner = if choices.is_empty() {
            Arc::clone(&self.nothing)
        } else {
            Arc::new(Inner::new(choices))
        };
        self.known.insert(key, Arc::clone(&inner));
        inner
    }

    /// Adds what objects of type `ty` hold to `parts`.
    fn collect(&mut self, set: &'d SelectionSet, ty: usize, place: Place, parts: &mut Parts) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) if self.is_wanted(&field.node.directives) => {
                    parts.bytes = parts.bytes.saturating_add(self.leaf(&field.node, ty));
                    parts.parts.extend(self.part(&field.node, ty, place));
                }
                Selection::InlineFragment(fragment)
                    if self.is_wanted(&fragment.node.directives) =>
                {
                    let condition = fragment.node.type_condition.as_ref();
                    if condition.is_none_or(|c| self.types.applies(&c.node.on.node, ty)) {
                        self.collect(&fragment.node.selection_set.node, ty, place, parts);
                    }
                }
                Selection::FragmentSpread(spread) if self.is_wanted(&spread.node.directives) => {
                    self.spread(&spread.node.fragment_name.node, ty, place, parts);
                }
                _ => {}
            }
        }
    }

    fn spread(&mut self, name: &Name, ty: usize, place: Place, parts: &mut Parts) {
        let document = self.document;
        let Some(fragment) = document.fragments.get(name) else {
            return;
        };
        if self
            .types
            .applies(&fragment.node.type_condition.node.on.node, ty)
        {
            self.collect(&fragment.node.selection_set.node, ty, place, parts);
        }
    }

    /// Bytes of a field of an object of type `ty` if it is a scalar.
    fn leaf(&self, field: &Selected, ty: usize) -> u64 {
        match self.types.at(ty).field(&field.name.node) {
            Some(Known {
                holds: Holds::Leaf(bytes),
                ..
            }) => bytes,
            _ => 0,
        }
    }

    /// A field of an object of type `ty`; `None` when it costs nothing.
    fn part(&mut self, field: &'d Selected, ty: usize, place: Place) -> Option<Part> {
        let known = self.types.at(ty).field(&field.name.node)?;
        let set = &field.selection_set.node;
        let below = |level| Place {
            level,
            page: 0,
            mutation: false,
        };
        let level = place.level;
        let (fixed, each, count, at) = match known.holds {
            Holds::Leaf(_) if known.whole == 0 => return None,
            Holds::Leaf(_) => (0, 0, Count::One, None),
            Holds::Flat(cost) => (cost, 0, Count::One, None),
            Holds::One if place.mutation => (table::MUTATION, 0, Count::One, Some(below(level))),
            Holds::One => (0, table::OBJECT, Count::One, Some(below(level))),
            Holds::Row => (0, 0, Count::One, Some(below(level))),
            Holds::List(most) => (0, table::OBJECT, Count::List(most), Some(below(level))),
            Holds::Rows => {
                let count = Count::Rows(place.page, level + 1);
                (0, table::OBJECT, count, Some(below(level + 1)))
            }
            Holds::Listed(argument) => {
                let count = Count::Rows(self.length(field, argument), level + 1);
                (0, table::OBJECT, count, Some(below(level + 1)))
            }
            Holds::Page { usual } => {
                let page = self.page(field).unwrap_or(usual);
                let place = Place {
                    level,
                    page,
                    mutation: false,
                };
                (0, table::OBJECT, Count::One, Some(place))
            }
        };
        let inner = match at {
            Some(at) => self.inner(set, known.ty, at),
            None => Arc::clone(&self.nothing),
        };
        let mut part = Part {
            key: field.response_key().node.clone(),
            fixed: (fixed + known.whole).saturating_add(self.arguments(field, &known)),
            each,
            count,
            inner,
        };
        if let (Holds::Page { .. }, Some(Place { page, .. })) = (known.holds, at)
            && !part.inner.shows_rows()
        {
            // Rows that are read and not shown cost an object each.
            part.each += table::OBJECT * table::multiplier(page, level + 1);
        }
        (part.cost() > 0 || part.inner.bytes > 0).then_some(part)
    }

    /// What the values of a field's arguments cost.
    fn arguments(&self, field: &Selected, known: &Known) -> u64 {
        let costs = known.arguments.iter().map(|(name, kind)| {
            let Some(value) = self.inputs.of_field(field, name) else {
                return 0;
            };
            match (kind, value) {
                (Argument::Query, Value::String(text)) => times(table::TERM, query::terms(&text)),
                (Argument::Words, Value::String(text)) => times(
                    table::TERM,
                    text.split_whitespace().take(wording::WORDS).count(),
                ),
                (Argument::Sort(usual), Value::Enum(name)) if !is_usual(usual, &name) => {
                    table::SORT
                }
                (Argument::Sort(usual), Value::String(name)) if !is_usual(usual, &name) => {
                    table::SORT
                }
                (Argument::Filters, value) => times(table::FILTER, items(&value)),
                (Argument::Items, value) => times(table::ITEM, items(&value)),
                _ => 0,
            }
        });
        costs.fold(0, u64::saturating_add)
    }

    /// The size of a page, if it is given.
    fn page(&self, field: &Selected) -> Option<u32> {
        let sizes = ["first", "last"].map(|name| match self.inputs.of_field(field, name) {
            Some(Value::Number(number)) => {
                let rows = number.as_i64().unwrap_or(i64::MAX);
                Some(u32::try_from(rows.clamp(0, table::PAGE.into())).unwrap_or(table::PAGE))
            }
            _ => None,
        });
        sizes.into_iter().flatten().max()
    }

    fn length(&self, field: &Selected, argument: &str) -> u32 {
        match self.inputs.of_field(field, argument) {
            Some(Value::List(items)) => u32::try_from(items.len()).unwrap_or(u32::MAX),
            Some(Value::Null) | None => 0,
            Some(_) => 1,
        }
    }

    /// Whether `@skip` and `@include` leave a selection in.
    fn is_wanted(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let directive = &directive.node;
            let leaves_out = match directive.name.node.as_str() {
                "skip" => true,
                "include" => false,
                _ => return true,
            };
            self.inputs.of_directive(directive, "if") != Some(Value::Boolean(leaves_out))
        })
    }
}
