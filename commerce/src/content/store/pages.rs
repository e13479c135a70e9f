//! Pages.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::content::draft::PageDraft;
use crate::db::Conn;
use crate::kernel::Fault;
use crate::tables::pages;

/// Makes the shop's pages the given ones, all published; what is published keeps its date.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_pages(
    conn: &mut Conn,
    drafts: &[PageDraft],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    diesel::delete(pages::table.filter(pages::handle.ne_all(handles)))
        .execute(conn)
        .await?;
    for draft in drafts {
        let fields = (
            pages::title.eq(&draft.title),
            pages::body_html.eq(&draft.body_html),
            pages::body_summary.eq(&draft.body_summary),
            pages::seo_title.eq(&draft.seo_title),
            pages::seo_description.eq(&draft.seo_description),
        );
        let differs = pages::title
            .ne(&draft.title)
            .or(pages::body_html.ne(&draft.body_html))
            .or(pages::seo_title.is_distinct_from(&draft.seo_title))
            .or(pages::seo_description.is_distinct_from(&draft.seo_description))
            .or(pages::published_at.is_null());
        diesel::insert_into(pages::table)
            .values((
                pages::handle.eq(&draft.handle),
                pages::published_at.eq(now),
                pages::created_at.eq(now),
                pages::updated_at.eq(now),
                fields,
            ))
            .on_conflict(pages::handle)
            .do_nothing()
            .execute(conn)
            .await?;
        let changed = diesel::update(
            pages::table
                .filter(pages::handle.eq(&draft.handle))
                .filter(differs),
        )
        .set((fields, pages::updated_at.eq(now)))
        .execute(conn)
        .await?;
        if changed > 0 {
            let hidden = pages::handle
                .eq(&draft.handle)
                .and(pages::published_at.is_null());
            diesel::update(pages::table.filter(hidden))
                .set(pages::published_at.eq(now))
                .execute(conn)
                .await?;
        }
    }
    Ok(())
}
