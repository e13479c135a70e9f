//! The shop's words in the language that a request is made in.
//!
//! The shop's own language costs nothing; another one a statement for each kind of thing that is shown.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Result};
use commerce::content::translations::{self, Kind, Words};
use commerce::kernel::Fault;

use super::publishing::Seo;
use crate::codes::LanguageCode;
use crate::context::ContextExt;
use crate::loaders::{Batch, Reads};

/// The language that the shop's own words count as.
pub(crate) const OWN: LanguageCode = LanguageCode::En;

/// The words of a thing in a language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct WordsOf(Kind, &'static str, i64);

impl Batch for WordsOf {
    type Value = Arc<Words>;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let mut wanted: HashMap<(Kind, &'static str), Vec<i64>> = HashMap::new();
        for Self(kind, language, id) in keys {
            wanted.entry((kind, language)).or_default().push(id);
        }
        let mut conn = reads.conn().await?;
        let mut found = HashMap::new();
        for ((kind, language), ids) in wanted {
            let words = translations::find(&mut conn, kind, language, &ids).await?;
            let words = words.into_iter();
            found.extend(words.map(|(id, words)| (Self(kind, language, id), Arc::new(words))));
        }
        Ok(found)
    }
}

/// The words of a thing, where the request asks for another language than the shop's own.
pub(crate) async fn words(ctx: &Context<'_>, kind: Kind, id: i64) -> Result<Arc<Words>> {
    let asked = ctx.session().place.language;
    let Some(language) = asked.filter(|language| *language != OWN) else {
        return Ok(Arc::default());
    };
    let words = ctx.load(WordsOf(kind, language.code(), id)).await?;
    Ok(words.unwrap_or_default())
}

/// A text of a thing in the request's language, or the shop's own.
pub(crate) async fn text(
    ctx: &Context<'_>,
    of: (Kind, i64),
    translated: fn(&Words) -> &Option<String>,
    own: &str,
) -> Result<String> {
    let words = words(ctx, of.0, of.1).await?;
    let text = translated(&words).as_deref();
    Ok(text.unwrap_or(own).to_owned())
}

/// What search engines are told of a thing, in the request's language.
pub(crate) async fn seo(ctx: &Context<'_>, of: (Kind, i64), own: Seo) -> Result<Seo> {
    let words = words(ctx, of.0, of.1).await?;
    Ok(Seo {
        description: words.seo_description.clone().or(own.description),
        title: words.seo_title.clone().or(own.title),
    })
}

/// The languages that the shop can be read in, its own first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct TheLanguages;

impl Batch for TheLanguages {
    type Value = Arc<Vec<LanguageCode>>;

    async fn load(reads: &Reads, _: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let codes = translations::languages(&mut *reads.conn().await?).await?;
        let others = codes
            .iter()
            .filter_map(|code| LanguageCode::from_code(code));
        let others = others.filter(|code| *code != OWN);
        let all = std::iter::once(OWN).chain(others).collect();
        Ok(HashMap::from([(Self, Arc::new(all))]))
    }
}

/// The languages that the shop can be read in, its own first.
pub(crate) async fn languages(ctx: &Context<'_>) -> Result<Arc<Vec<LanguageCode>>> {
    Ok(ctx.load(TheLanguages).await?.unwrap_or_default())
}
