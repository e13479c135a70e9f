//! Connections: pages of a list with cursors, under the contract's type names.
//!
//! `Connection<Product>` is `ProductConnection` in the schema, its edges `ProductEdge`. A connection
//! with more fields of its own (`filters`, `totalCount`) names their type as `E`.

use std::borrow::Cow;

use async_graphql::connection::EmptyFields;
use async_graphql::{Object, ObjectType, OutputType, SimpleObject, TypeName};
use commerce::kernel::page::{Cursor, Slice, Window};

use crate::errors;

/// Reads the four arguments of a connection field.
///
/// # Errors
/// A public error that names the argument.
pub fn window(
    first: Option<i32>,
    after: Option<&str>,
    last: Option<i32>,
    before: Option<&str>,
) -> async_graphql::Result<Window> {
    Window::from_arguments(first, after, last, before).map_err(errors::invalid_argument)
}

/// A page of a list.
pub struct Connection<T, E = EmptyFields> {
    rows: Vec<Edge<T>>,
    has_previous: bool,
    has_next: bool,
    extra: E,
}

impl<T> Connection<T> {
    /// Shows a slice; `place` gives a row's cursor and `show` its GraphQL form.
    pub fn new<R>(slice: Slice<R>, place: impl Fn(&R) -> Cursor, show: impl Fn(R) -> T) -> Self {
        Self::with(slice, place, show, EmptyFields)
    }

    /// A list without rows.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            rows: Vec::new(),
            has_previous: false,
            has_next: false,
            extra: EmptyFields,
        }
    }
}

impl<T, E> Connection<T, E> {
    /// Like [`Connection::new`], with the additional fields.
    pub fn with<R>(
        slice: Slice<R>,
        place: impl Fn(&R) -> Cursor,
        show: impl Fn(R) -> T,
        extra: E,
    ) -> Self {
        let edge = |row: R| Edge {
            cursor: place(&row),
            node: show(row),
        };
        Self {
            has_previous: slice.has_previous,
            has_next: slice.has_next,
            rows: slice.rows.into_iter().map(edge).collect(),
            extra,
        }
    }
}

impl<T: OutputType, E: Send + Sync> TypeName for Connection<T, E> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", <T as OutputType>::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<T: OutputType, E: ObjectType> Connection<T, E> {
    /// The rows with their cursors.
    async fn edges(&self) -> &[Edge<T>] {
        &self.rows
    }

    /// The rows.
    async fn nodes(&self) -> Vec<&T> {
        self.rows.iter().map(|edge| &edge.node).collect()
    }

    /// Where this page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.rows.first().map(|edge| edge.cursor.encode()),
            end_cursor: self.rows.last().map(|edge| edge.cursor.encode()),
        }
    }

    #[graphql(flatten)]
    async fn extra(&self) -> &E {
        &self.extra
    }
}

/// A row of a list and its place.
pub struct Edge<T> {
    cursor: Cursor,
    node: T,
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", <T as OutputType>::type_name()).into()
    }
}

/// A row of a list and its place.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// Names the row's place; give it as `after` or `before`.
    async fn cursor(&self) -> String {
        self.cursor.encode()
    }

    /// The row.
    async fn node(&self) -> &T {
        &self.node
    }
}

/// Where a page stands in its list.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct PageInfo {
    /// Whether rows follow this page.
    pub has_next_page: bool,
    /// Whether rows come before this page.
    pub has_previous_page: bool,
    /// The place of the first row.
    pub start_cursor: Option<String>,
    /// The place of the last row.
    pub end_cursor: Option<String>,
}
