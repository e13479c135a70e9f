//! What the walker knows of the schema: which fields lead to objects, and how many of them.

use std::collections::HashMap;

use async_graphql::registry::{MetaField, MetaType, MetaTypeName, Registry};

use super::table;

/// The schema's types, as far as costs go.
pub struct Types {
    types: Vec<Type>,
    by_name: HashMap<String, usize>,
    query: usize,
    mutation: usize,
}

/// A type of the schema.
pub(super) struct Type {
    /// What it can be: itself, or the members of an interface or union; nothing for a leaf.
    pub(super) members: Vec<usize>,
    fields: HashMap<String, Field>,
}

/// A field, as far as its cost goes.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The index of its type.
    pub(super) ty: usize,
    /// How many things it holds.
    pub(super) holds: Holds,
    /// What it costs over and above them.
    pub(super) whole: u64,
    /// The arguments whose values decide what it costs, by their names.
    pub(super) arguments: Vec<(String, Argument)>,
}

/// What an argument's value costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// Each term of a query.
    Query,
    /// Each word that is looked for.
    Words,
    /// Each filter.
    Filters,
    /// An order, unless it is this one.
    Sort(Option<String>),
    /// Each thing of the lists in it.
    Items,
}

/// How many things a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Text, numbers and the like, of about so many bytes.
    Leaf(u64),
    /// An object.
    One,
    /// The very row that an edge was counted for.
    Row,
    /// A page; `usual` rows when neither `first` nor `last` is given.
    Page {
        /// The default of `first`.
        usual: u32,
    },
    /// The rows of the page around it.
    Rows,
    /// As many as an argument lists.
    Listed(&'static str),
    /// A list of usually so many.
    List(u32),
    /// Introspection, at a price of its own.
    Flat(u64),
}

impl Types {
    /// Reads a registry whose roots are `query` and `mutation`.
    #[must_use]
    pub fn of(registry: &Registry, query: &str, mutation: &str) -> Self {
        let names = registry.types.keys().enumerate();
        let by_name: HashMap<String, usize> = names.map(|(at, name)| (name.clone(), at)).collect();
        let index = |name: &str| by_name.get(MetaTypeName::concrete_typename(name)).copied();
        let read = |(at, (name, ty)): (usize, (&String, &MetaType))| {
            let members = match ty {
                MetaType::Object { .. } => vec![at],
                MetaType::Interface { possible_types, .. }
                | MetaType::Union { possible_types, .. } => possible_types
                    .iter()
                    .filter_map(|name| index(name))
                    .collect(),
                _ => Vec::new(),
            };
            let fields = ty.fields().into_iter().flatten();
            let fields = fields.filter_map(|(field, meta)| {
                let holds = holds(registry, name, meta);
                Some((
                    field.clone(),
                    Field {
                        ty: index(&meta.ty)?,
                        arguments: arguments(registry, meta, &holds),
                        holds,
                        whole: whole(name, field),
                    },
                ))
            });
            Type {
                members,
                fields: fields.collect(),
            }
        };
        Self {
            types: registry.types.iter().enumerate().map(read).collect(),
            query: index(query).unwrap_or_default(),
            mutation: index(mutation).unwrap_or_default(),
            by_name,
        }
    }

    /// The root of queries, or of mutations.
    pub(super) fn root(&self, mutation: bool) -> usize {
        if mutation { self.mutation } else { self.query }
    }

    /// The type with an index.
    pub(super) fn at(&self, ty: usize) -> &Type {
        &self.types[ty]
    }

    /// Whether an object of type `ty` satisfies a fragment's condition.
    pub(super) fn applies(&self, condition: &str, ty: usize) -> bool {
        let condition = self.by_name.get(condition);
        condition.is_some_and(|condition| self.types[*condition].members.contains(&ty))
    }
}

impl Type {
    /// A field that can be selected here. One that is not known costs nothing: validation refuses
    /// it.
    pub(super) fn field(&self, name: &str) -> Option<Field> {
        let flat = |cost| {
            let (ty, holds) = (0, Holds::Flat(cost));
            Some(Field {
                ty,
                holds,
                whole: 0,
                arguments: Vec::new(),
            })
        };
        match name {
            "__schema" => flat(table::SCHEMA),
            "__type" => flat(table::TYPE),
            _ => self.fields.get(name).cloned(),
        }
    }
}

fn holds(registry: &Registry, parent: &str, field: &MetaField) -> Holds {
    let name = field.name.as_str();
    let inner = registry
        .types
        .get(MetaTypeName::concrete_typename(&field.ty));
    if is_connection(registry.types.get(parent)) && matches!(name, "nodes" | "edges") {
        return if inner.is_some_and(MetaType::is_composite) {
            Holds::Rows
        } else {
            leaf(parent, field)
        };
    }
    if !inner.is_some_and(MetaType::is_composite) {
        return leaf(parent, field);
    }
    if parent.ends_with("Edge") && name == "node" {
        return Holds::Row;
    }
    if is_connection(inner) {
        let default = field
            .args
            .get("first")
            .and_then(|first| first.default_value.as_deref());
        let usual = default.and_then(|text| text.parse().ok());
        return Holds::Page {
            usual: usual.unwrap_or(table::LIST),
        };
    }
    if !field.ty.contains('[') {
        return Holds::One;
    }
    let listed = table::BY_ARGUMENT.iter().find(|(field, _)| *field == name);
    if let Some((_, argument)) = listed.filter(|(_, argument)| field.args.contains_key(*argument)) {
        return Holds::Listed(argument);
    }
    let known = table::LISTS
        .iter()
        .find(|known| (known.0, known.1) == (parent, name));
    Holds::List(known.map_or(table::LIST, |known| known.2))
}

/// The arguments of a field that cost something, beside those that say how many things it holds.
fn arguments(registry: &Registry, field: &MetaField, holds: &Holds) -> Vec<(String, Argument)> {
    let priced = field.args.iter().filter_map(|(name, argument)| {
        let is_leaf = registry
            .types
            .get(MetaTypeName::concrete_typename(&argument.ty))
            .is_some_and(MetaType::is_leaf);
        let kind = match name.as_str() {
            "query" if matches!(field.name.as_str(), "search" | "predictiveSearch") => {
                Argument::Words
            }
            "query" => Argument::Query,
            "sortKey" => Argument::Sort(argument.default_value.clone()),
            name if table::FILTERS.contains(&name) => Argument::Filters,
            name if matches!(holds, Holds::Listed(counted) if *counted == name) => return None,
            _ if !is_leaf || argument.ty.contains('[') => Argument::Items,
            _ => return None,
        };
        Some((name.clone(), kind))
    });
    priced.collect()
}

fn whole(parent: &str, field: &str) -> u64 {
    let known = table::WHOLE
        .iter()
        .find(|known| (known.0, known.1) == (parent, field));
    known.map_or(0, |known| known.2)
}

/// A scalar, or a list of some.
fn leaf(parent: &str, field: &MetaField) -> Holds {
    let is_text = MetaTypeName::concrete_typename(&field.ty) == "HTML"
        || table::TEXTS.contains(&(parent, field.name.as_str()));
    Holds::Leaf(if is_text { table::TEXT } else { table::LEAF })
}

fn is_connection(ty: Option<&MetaType>) -> bool {
    ty.is_some_and(|ty| {
        ty.name().ends_with("Connection")
            && ty
                .fields()
                .is_some_and(|fields| fields.contains_key("edges"))
    })
}
