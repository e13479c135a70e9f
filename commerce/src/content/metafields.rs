//! Fields that merchants add to things, and files: by what they belong to, and by name.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz};
use diesel::{Queryable, sql_query};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Id, id};

/// What a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A product.
    Product(Id<id::Product>),
    /// A variant.
    Variant(Id<id::ProductVariant>),
    /// A collection.
    Collection(Id<id::Collection>),
    /// A page.
    Page(Id<id::Page>),
    /// A blog.
    Blog(Id<id::Blog>),
    /// An article.
    Article(Id<id::Article>),
    /// A place where things lie.
    Location(Id<id::Location>),
    /// The shop.
    Shop(Id<id::Shop>),
    /// A customer, who alone sees it.
    Customer(Id<id::Customer>),
}

impl Owner {
    /// The column values that name it.
    #[must_use]
    pub fn parts(self) -> (&'static str, i64) {
        match self {
            Self::Product(id) => ("product", id.value),
            Self::Variant(id) => ("variant", id.value),
            Self::Collection(id) => ("collection", id.value),
            Self::Page(id) => ("page", id.value),
            Self::Blog(id) => ("blog", id.value),
            Self::Article(id) => ("article", id.value),
            Self::Location(id) => ("location", id.value),
            Self::Shop(id) => ("shop", id.value),
            Self::Customer(id) => ("customer", id.value),
        }
    }
}

/// Names a field: what it belongs to, its namespace and its key.
pub type FieldName = (Owner, String, String);

/// A field that a merchant added.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Metafield {
    /// Names the field.
    pub id: Id<id::Metafield>,
    /// What kind of value it has.
    pub kind: String,
    /// Its value as a text.
    pub value: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

pub(crate) type MetafieldColumns = (BigInt, Text, Text, Nullable<Text>, Timestamptz, Timestamptz);

/// The fields among those with these names.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_names(
    conn: &mut Conn,
    names: &[FieldName],
) -> Result<HashMap<FieldName, Metafield>, Fault> {
    type Columns = (BigInt, MetafieldColumns);
    let storable =
        |(_, namespace, key): &&FieldName| !namespace.contains('\0') && !key.contains('\0');
    let wanted: Vec<&FieldName> = names.iter().filter(storable).collect();
    let kinds: Vec<&str> = wanted.iter().map(|(owner, ..)| owner.parts().0).collect();
    let ids: Vec<i64> = wanted.iter().map(|(owner, ..)| owner.parts().1).collect();
    let namespaces: Vec<&str> = wanted.iter().map(|(_, space, _)| space.as_str()).collect();
    let keys: Vec<&str> = wanted.iter().map(|(.., key)| key.as_str()).collect();
    let query = sql_query(
        "SELECT w.place, f.id, f.kind, f.value, f.description, f.created_at, f.updated_at \
         FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) \
           WITH ORDINALITY AS w (owner_kind, owner_id, namespace, key, place) \
         JOIN metafields f USING (owner_kind, owner_id, namespace, key)",
    )
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<BigInt>, _>(ids)
    .bind::<Array<Text>, _>(namespaces)
    .bind::<Array<Text>, _>(keys);
    let rows: Vec<(i64, Metafield)> = cached::<Columns, _>(query).load(conn).await?;
    let named = |(place, field): (i64, Metafield)| {
        let at = usize::try_from(place - 1).ok()?;
        wanted.get(at).map(|name| ((*name).clone(), field))
    };
    let mut found: HashMap<FieldName, Metafield> = rows.into_iter().filter_map(named).collect();
    let asked = wanted.into_iter().filter_map(|name| match name {
        (Owner::Product(id), space, key) if space == HIDDEN.0 && key == HIDDEN.1 => Some(*id),
        _ => None,
    });
    let unsaid: Vec<Id<id::Product>> = asked
        .filter(|id| !found.contains_key(&hidden(*id)))
        .collect();
    if !unsaid.is_empty() {
        found.extend(unlisted(conn, &unsaid).await?);
    }
    Ok(found)
}

/// The field by which storefronts keep a product out of search engines. Unlisted products have it without a merchant's doing.
const HIDDEN: (&str, &str) = ("seo", "hidden");

fn hidden(product: Id<id::Product>) -> FieldName {
    let (space, key) = HIDDEN;
    (Owner::Product(product), space.to_owned(), key.to_owned())
}

/// The field of those of these products that are unlisted; as no merchant made it, its id is that of the product below zero.
async fn unlisted(
    conn: &mut Conn,
    products: &[Id<id::Product>],
) -> Result<Vec<(FieldName, Metafield)>, Fault> {
    type Columns = (BigInt, Timestamptz, Timestamptz);
    let ids: Vec<i64> = products.iter().map(|id| id.value).collect();
    let query = sql_query(
        "SELECT id, created_at, updated_at FROM products WHERE id = ANY($1) AND status = 'unlisted'",
    )
    .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<(i64, DateTime<Utc>, DateTime<Utc>)> =
        cached::<Columns, _>(query).load(conn).await?;
    let field = |(id, created_at, updated_at): (i64, DateTime<Utc>, DateTime<Utc>)| {
        let field = Metafield {
            id: Id::new(-id),
            kind: "number_integer".to_owned(),
            value: "1".to_owned(),
            description: None,
            created_at,
            updated_at,
        };
        (hidden(Id::new(id)), field)
    };
    Ok(rows.into_iter().map(field).collect())
}

/// A file that is neither a picture nor a film nor a model.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct File {
    /// Names the file.
    pub id: Id<id::GenericFile>,
    /// Where it is.
    pub url: String,
    /// What it is, in words.
    pub alt: Option<String>,
    /// What kind of file it is.
    pub mime_type: Option<String>,
    /// How large it is.
    pub bytes: Option<i32>,
}

/// The files among these.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn files_by_ids(
    conn: &mut Conn,
    ids: &[Id<id::GenericFile>],
) -> Result<HashMap<Id<id::GenericFile>, File>, Fault> {
    type Columns = (
        BigInt,
        Text,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Integer>,
    );
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(
        "SELECT id, url, alt, mime_type, bytes FROM files WHERE id = ANY($1) AND kind = 'file'",
    )
    .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<File> = cached::<Columns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
