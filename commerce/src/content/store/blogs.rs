//! Blogs, their articles and who writes them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use crate::catalog::store::save_single;
use crate::content::draft::{ArticleDraft, AuthorDraft, BlogDraft};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::{article_authors, articles, blogs};

const SAVE_ARTICLES: &str = include_str!("../../../sql/content/save_articles.sql");
const SAVE_COMMENTS: &str = include_str!("../../../sql/content/save_comments.sql");

/// Makes the shop's authors the given ones; those who wrote an article that stays stay too.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_authors(conn: &mut Conn, drafts: &[AuthorDraft]) -> Result<(), Fault> {
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    let writes = articles::table.filter(articles::author_id.eq(article_authors::id));
    diesel::delete(article_authors::table)
        .filter(article_authors::handle.ne_all(handles))
        .filter(diesel::dsl::not(diesel::dsl::exists(writes)))
        .execute(conn)
        .await?;
    for draft in drafts {
        let fields = (
            article_authors::first_name.eq(&draft.first_name),
            article_authors::last_name.eq(&draft.last_name),
            article_authors::email.eq(&draft.email),
            article_authors::bio.eq(&draft.bio),
        );
        diesel::insert_into(article_authors::table)
            .values((article_authors::handle.eq(&draft.handle), fields))
            .on_conflict(article_authors::handle)
            .do_update()
            .set(fields)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Makes the shop's blogs, with their articles, the given ones. What does not differ is not touched.
///
/// # Errors
/// [`Fault::Inconsistent`] when an article names an author who does not exist.
pub async fn save_blogs(
    conn: &mut Conn,
    drafts: &[BlogDraft],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    diesel::delete(blogs::table.filter(blogs::handle.ne_all(handles)))
        .execute(conn)
        .await?;
    for draft in drafts {
        let blog = save_blog(conn, draft, now).await?;
        save_articles(conn, blog, &draft.articles, now).await?;
    }
    Ok(())
}

async fn save_blog(conn: &mut Conn, draft: &BlogDraft, now: DateTime<Utc>) -> Result<i64, Fault> {
    let fields = (
        blogs::title.eq(&draft.title),
        blogs::seo_title.eq(&draft.seo_title),
        blogs::seo_description.eq(&draft.seo_description),
    );
    let held: Option<i64> = blogs::table
        .filter(blogs::handle.eq(&draft.handle))
        .select(blogs::id)
        .first(conn)
        .await
        .optional()?;
    let Some(id) = held else {
        return Ok(diesel::insert_into(blogs::table)
            .values((
                blogs::handle.eq(&draft.handle),
                blogs::created_at.eq(now),
                blogs::updated_at.eq(now),
                fields,
            ))
            .returning(blogs::id)
            .get_result(conn)
            .await?);
    };
    let differs = blogs::title
        .ne(&draft.title)
        .or(blogs::seo_title.is_distinct_from(&draft.seo_title))
        .or(blogs::seo_description.is_distinct_from(&draft.seo_description));
    diesel::update(blogs::table.find(id).filter(differs))
        .set((fields, blogs::updated_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(id)
}

async fn save_articles(
    conn: &mut Conn,
    blog: i64,
    drafts: &[ArticleDraft],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    let others = articles::table
        .filter(articles::blog_id.eq(blog))
        .filter(articles::handle.ne_all(handles));
    diesel::delete(others).execute(conn).await?;
    let media = save_pictures(conn, blog, drafts, now).await?;
    let json = serde_json::to_string(drafts)
        .map_err(|error| Fault::other("write articles as JSON", error))?;
    let query = diesel::sql_query(SAVE_ARTICLES)
        .bind::<BigInt, _>(blog)
        .bind::<Text, _>(&json)
        .bind::<Array<Nullable<BigInt>>, _>(media)
        .bind::<Timestamptz, _>(now);
    let stray: Vec<(String, String)> = cached::<(Text, Text), _>(query).load(conn).await?;
    if let [(article, author), ..] = stray.as_slice() {
        let what = format!(
            "the article `{article}` is written by `{author}`, who is not among the authors"
        );
        return Err(Fault::Inconsistent(what));
    }
    let query = diesel::sql_query(SAVE_COMMENTS)
        .bind::<BigInt, _>(blog)
        .bind::<Text, _>(&json);
    cached::<(), _>(query).execute(conn).await?;
    Ok(())
}

/// The numbers of the articles' pictures, in order; a picture that an article has stays.
async fn save_pictures(
    conn: &mut Conn,
    blog: i64,
    drafts: &[ArticleDraft],
    now: DateTime<Utc>,
) -> Result<Vec<Option<i64>>, Fault> {
    let held: Vec<(String, Option<i64>)> = articles::table
        .filter(articles::blog_id.eq(blog))
        .select((articles::handle, articles::media_id))
        .load(conn)
        .await?;
    let held: HashMap<String, Option<i64>> = held.into_iter().collect();
    let mut media = Vec::with_capacity(drafts.len());
    for draft in drafts {
        media.push(match &draft.image {
            Some(image) => {
                let held = held.get(&draft.handle).copied().flatten();
                Some(save_single(conn, held, image, now).await?)
            }
            None => None,
        });
    }
    Ok(media)
}
