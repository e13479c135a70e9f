//! Files, metaobjects and metafields.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use super::names;
use crate::content::draft::{DefinitionDraft, FileDraft, MetafieldDraft, MetaobjectDraft};
use crate::content::values::{Given, Target};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::{
    files, media, metafields, metaobject_definitions, metaobject_fields, metaobjects,
};

/// Makes the shop's files the given ones.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_files(
    conn: &mut Conn,
    drafts: &[FileDraft],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    diesel::delete(files::table.filter(files::handle.ne_all(handles)))
        .execute(conn)
        .await?;
    for draft in drafts {
        let held: Option<(i64, String, Option<i64>)> = files::table
            .filter(files::handle.eq(&draft.handle))
            .select((files::id, files::kind, files::media_id))
            .first(conn)
            .await
            .optional()?;
        let of_kind = held.as_ref().filter(|(_, kind, _)| *kind == draft.kind);
        let medium = match draft.kind {
            "file" => None,
            _ => Some(save_medium(conn, of_kind.and_then(|(.., id)| *id), draft, now).await?),
        };
        let fields = (
            files::kind.eq(draft.kind),
            files::media_id.eq(medium),
            files::url.eq(&draft.url),
            files::alt.eq(&draft.alt),
            files::mime_type.eq(&draft.mime_type),
            files::bytes.eq(draft.bytes),
        );
        match held {
            Some((id, ..)) => {
                let row = diesel::update(files::table.find(id));
                row.set(fields).execute(conn).await?
            }
            None => {
                diesel::insert_into(files::table)
                    .values((files::handle.eq(&draft.handle), fields))
                    .execute(conn)
                    .await?
            }
        };
    }
    Ok(())
}

async fn save_medium(
    conn: &mut Conn,
    held: Option<i64>,
    draft: &FileDraft,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    let fields = (
        media::kind.eq(draft.kind),
        media::url.eq(&draft.url),
        media::alt.eq(&draft.alt),
        media::width.eq(draft.width),
        media::height.eq(draft.height),
        media::mime_type.eq(&draft.mime_type),
        media::bytes.eq(draft.bytes),
    );
    if let Some(id) = held {
        let row = diesel::update(media::table.find(id));
        row.set(fields).execute(conn).await?;
        return Ok(id);
    }
    Ok(diesel::insert_into(media::table)
        .values((fields, media::created_at.eq(now)))
        .returning(media::id)
        .get_result(conn)
        .await?)
}

/// Makes the kinds that the merchant made up, and everything of them, the given ones.
///
/// # Errors
/// [`Fault::Inconsistent`] when a field leads to what does not exist.
pub async fn save_metaobjects(
    conn: &mut Conn,
    drafts: &[DefinitionDraft],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let kinds: Vec<&str> = drafts.iter().map(|draft| draft.kind.as_str()).collect();
    diesel::delete(
        metaobject_definitions::table.filter(metaobject_definitions::kind.ne_all(kinds)),
    )
    .execute(conn)
    .await?;
    let mut ids = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let id = save_definition(conn, draft).await?;
        save_handles(conn, id, &draft.entries, now).await?;
        ids.push(id);
    }
    // Only now are all of them there that a field may lead to.
    for (id, draft) in ids.into_iter().zip(drafts) {
        for entry in &draft.entries {
            save_entry(conn, id, entry, now).await?;
        }
    }
    Ok(())
}

async fn save_definition(conn: &mut Conn, draft: &DefinitionDraft) -> Result<i64, Fault> {
    use metaobject_definitions as d;
    let fields = (
        d::name.eq(&draft.name),
        d::renderable.eq(draft.is_renderable),
        d::seo_title_key.eq(&draft.seo_title_key),
        d::seo_description_key.eq(&draft.seo_description_key),
        d::url_handle.eq(&draft.url_handle),
    );
    let id: i64 = diesel::insert_into(d::table)
        .values((d::kind.eq(&draft.kind), fields))
        .on_conflict(d::kind)
        .do_update()
        .set(fields)
        .returning(d::id)
        .get_result(conn)
        .await?;
    let keys: Vec<&str> = draft.fields.iter().map(|(key, _)| key.as_str()).collect();
    let of_kind = metaobject_fields::table.filter(metaobject_fields::definition_id.eq(id));
    diesel::delete(of_kind.filter(metaobject_fields::key.ne_all(keys)))
        .execute(conn)
        .await?;
    for (position, (key, kind)) in (1..).zip(&draft.fields) {
        let fields = (
            metaobject_fields::kind.eq(kind),
            metaobject_fields::position.eq(position),
        );
        diesel::insert_into(metaobject_fields::table)
            .values((
                metaobject_fields::definition_id.eq(id),
                metaobject_fields::key.eq(key),
                fields,
            ))
            .on_conflict((metaobject_fields::definition_id, metaobject_fields::key))
            .do_update()
            .set(fields)
            .execute(conn)
            .await?;
    }
    Ok(id)
}

/// Makes sure that all of a kind are there, and no others.
async fn save_handles(
    conn: &mut Conn,
    definition: i64,
    entries: &[MetaobjectDraft],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let of_kind = metaobjects::table.filter(metaobjects::definition_id.eq(definition));
    let held: Vec<(i64, String)> = of_kind
        .select((metaobjects::id, metaobjects::handle))
        .load(conn)
        .await?;
    let is_wanted = |handle: &str| entries.iter().any(|entry| entry.handle == handle);
    let gone = held.iter().filter(|(_, handle)| !is_wanted(handle));
    let gone: Vec<i64> = gone.map(|(id, _)| *id).collect();
    diesel::delete(metaobjects::table.filter(metaobjects::id.eq_any(gone)))
        .execute(conn)
        .await?;
    let is_held = |handle: &str| held.iter().any(|(_, known)| known == handle);
    for entry in entries.iter().filter(|entry| !is_held(&entry.handle)) {
        diesel::insert_into(metaobjects::table)
            .values((
                metaobjects::definition_id.eq(definition),
                metaobjects::handle.eq(&entry.handle),
                metaobjects::created_at.eq(now),
                metaobjects::updated_at.eq(now),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

async fn save_entry(
    conn: &mut Conn,
    definition: i64,
    entry: &MetaobjectDraft,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut fields = BTreeMap::new();
    for (key, given) in &entry.fields {
        let place = || format!("the field `{key}` of the metaobject `{}`", entry.handle);
        fields.insert(key, text_of(conn, given, place).await?);
    }
    let json = serde_json::to_value(&fields)
        .map_err(|error| Fault::other("write a metaobject's fields as JSON", error))?;
    let row = metaobjects::table
        .filter(metaobjects::definition_id.eq(definition))
        .filter(metaobjects::handle.eq(&entry.handle))
        .filter(metaobjects::fields.ne(&json));
    diesel::update(row)
        .set((
            metaobjects::fields.eq(&json),
            metaobjects::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes all fields that the merchant adds to things the given ones.
///
/// # Errors
/// [`Fault::Inconsistent`] when one belongs or leads to what does not exist.
pub async fn save_metafields(
    conn: &mut Conn,
    drafts: &[MetafieldDraft],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut kept = Vec::with_capacity(drafts.len());
    for draft in drafts {
        kept.push(save_metafield(conn, draft, now).await?);
    }
    // What the columns of a CSV hold is only theirs to take away.
    let gone = sql_query(
        "DELETE FROM metafields f WHERE id <> ALL($1) AND NOT EXISTS (SELECT FROM metafield_definitions d \
         WHERE d.owner_kind = f.owner_kind AND d.namespace = f.namespace AND d.key = f.key AND d.is_column)",
    );
    gone.bind::<Array<BigInt>, _>(kept).execute(conn).await?;
    Ok(())
}

async fn save_metafield(
    conn: &mut Conn,
    draft: &MetafieldDraft,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    use metafields as f;
    let place = || format!("the metafield `{}.{}`", draft.namespace, draft.key);
    let owner = owner(conn, draft.owner_kind, &draft.owner).await?;
    let Some(owner) = owner else {
        let (kind, name) = (draft.owner_kind, &draft.owner);
        let what = format!(
            "{} belongs to the {kind} `{name}`, which does not exist",
            place()
        );
        return Err(Fault::Inconsistent(what));
    };
    let value = text_of(conn, &draft.value, place).await?;
    let held: Option<i64> = f::table
        .filter(
            f::owner_kind
                .eq(draft.owner_kind)
                .and(f::owner_id.eq(owner)),
        )
        .filter(f::namespace.eq(&draft.namespace).and(f::key.eq(&draft.key)))
        .select(f::id)
        .first(conn)
        .await
        .optional()?;
    let fields = (
        f::kind.eq(&draft.kind),
        f::value.eq(&value),
        f::description.eq(&draft.description),
        f::updated_at.eq(now),
    );
    let Some(id) = held else {
        return Ok(diesel::insert_into(f::table)
            .values((
                f::owner_kind.eq(draft.owner_kind),
                f::owner_id.eq(owner),
                f::namespace.eq(&draft.namespace),
                f::key.eq(&draft.key),
                f::created_at.eq(now),
                fields,
            ))
            .returning(f::id)
            .get_result(conn)
            .await?);
    };
    let differs = f::kind
        .ne(&draft.kind)
        .or(f::value.ne(&value))
        .or(f::description.is_distinct_from(&draft.description));
    diesel::update(f::table.find(id).filter(differs))
        .set(fields)
        .execute(conn)
        .await?;
    Ok(id)
}

/// The text that is kept of a value: names become ids.
async fn text_of(
    conn: &mut Conn,
    given: &Given,
    place: impl Fn() -> String,
) -> Result<String, Fault> {
    let astray = |name: &str| {
        let what = format!("{} leads to `{name}`, which does not exist", place());
        Fault::Inconsistent(what)
    };
    match given {
        Given::Text(text) => Ok(text.clone()),
        Given::One(target, name) => find(conn, *target, name).await?.ok_or_else(|| astray(name)),
        Given::Many(target, names) => {
            let mut ids = Vec::with_capacity(names.len());
            for name in names {
                let id = find(conn, *target, name).await?;
                ids.push(id.ok_or_else(|| astray(name))?);
            }
            serde_json::to_string(&ids).map_err(|error| Fault::other("write ids as JSON", error))
        }
    }
}

/// The outside form of the id that a name stands for.
pub(super) async fn find(
    conn: &mut Conn,
    target: Target,
    name: &str,
) -> Result<Option<String>, Fault> {
    Ok(names::ids(conn, target, &[name]).await?.remove(name))
}

/// The number of what a field belongs to.
async fn owner(conn: &mut Conn, kind: &str, name: &str) -> Result<Option<i64>, Fault> {
    let text = match kind {
        "article" => {
            "SELECT a.id FROM articles a JOIN blogs b ON b.id = a.blog_id WHERE b.handle || '/' || a.handle = $1"
        }
        "blog" => "SELECT id FROM blogs WHERE handle = $1",
        "collection" => "SELECT id FROM collections WHERE handle = $1",
        "location" => "SELECT id FROM locations WHERE handle = $1",
        "page" => "SELECT id FROM pages WHERE handle = $1",
        "product" => "SELECT id FROM products WHERE handle = $1",
        "variant" => {
            "SELECT id FROM variants WHERE sku = $1 AND deleted_at IS NULL ORDER BY id LIMIT 1"
        }
        _ => "SELECT id FROM shops WHERE $1 = ''",
    };
    let query = diesel::sql_query(text).bind::<Text, _>(name);
    Ok(cached::<BigInt, _>(query)
        .get_result(conn)
        .await
        .optional()?)
}
