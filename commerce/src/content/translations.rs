//! The shop's words in other languages than its own. Owns `translations`.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, Jsonb, Text};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::translations as t;

const SAVE: &str = include_str!("../../sql/content/save_translations.sql");

/// What has words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A product.
    Product,
    /// A collection.
    Collection,
    /// A page.
    Page,
    /// A policy of the shop.
    Policy,
    /// A blog.
    Blog,
    /// An article.
    Article,
}

impl Kind {
    /// The word that is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Collection => "collection",
            Self::Page => "page",
            Self::Policy => "policy",
            Self::Blog => "blog",
            Self::Article => "article",
        }
    }
}

/// The words of one thing in one language; what is missing is shown in the shop's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Words {
    /// Its name.
    pub title: Option<String>,
    /// Its text, with markup.
    pub html: Option<String>,
    /// The same without markup.
    pub text: Option<String>,
    /// The title for search engines.
    pub seo_title: Option<String>,
    /// The description for search engines.
    pub seo_description: Option<String>,
}

/// Words that a merchant gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranslationDraft {
    /// Of what kind of thing.
    pub kind: Kind,
    /// Its handle; of a policy its kind, of an article `blog/article`.
    pub handle: String,
    /// As the contract writes it, such as `DE` or `PT_BR`.
    pub language: String,
    /// The words.
    pub words: Words,
}

/// Makes the translations the given ones; answers something that has words and does not exist. Must run in a
/// transaction, which must then be rolled back.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save(conn: &mut Conn, drafts: &[TranslationDraft]) -> Result<Option<String>, Fault> {
    diesel::delete(t::table).execute(conn).await?;
    let words: Result<Vec<serde_json::Value>, _> = drafts
        .iter()
        .map(|draft| serde_json::to_value(&draft.words))
        .collect();
    let words = words.map_err(|error| Fault::other("write translations", error))?;
    let texts = |read: fn(&TranslationDraft) -> &str| -> Vec<String> {
        drafts.iter().map(|draft| read(draft).to_owned()).collect()
    };
    let query = diesel::sql_query(SAVE)
        .bind::<Array<Text>, _>(texts(|draft| draft.kind.name()))
        .bind::<Array<Text>, _>(texts(|draft| &draft.handle))
        .bind::<Array<Text>, _>(texts(|draft| &draft.language))
        .bind::<Array<Jsonb>, _>(words);
    Ok(cached::<Text, _>(query).get_result(conn).await.optional()?)
}

/// The words of these things of one kind in a language.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn find(
    conn: &mut Conn,
    kind: Kind,
    language: &str,
    ids: &[i64],
) -> Result<HashMap<i64, Words>, Fault> {
    let rows: Vec<(i64, serde_json::Value)> = t::table
        .filter(t::kind.eq(kind.name()))
        .filter(t::language.eq(language))
        .filter(t::resource_id.eq_any(ids))
        .select((t::resource_id, t::fields))
        .load(conn)
        .await?;
    let words = rows.into_iter().map(|(id, fields)| {
        let words = serde_json::from_value::<Words>(fields);
        Ok((
            id,
            words.map_err(|error| Fault::other("read a translation", error))?,
        ))
    });
    words.collect()
}

/// The languages in which anything has words, in the order of their codes.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn languages(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    Ok(t::table
        .select(t::language)
        .distinct()
        .order(t::language)
        .load(conn)
        .await?)
}
