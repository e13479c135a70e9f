//! Pages and menus, read.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Page;
use crate::db::Conn;
use crate::kernel::{Fault, Id, id};
use crate::tables::pages;

type PageRow = (
    i64,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    DateTime<Utc>,
    DateTime<Utc>,
);

const COLUMNS: (
    pages::id,
    pages::handle,
    pages::title,
    pages::body_html,
    pages::body_summary,
    pages::seo_title,
    pages::seo_description,
    pages::created_at,
    pages::updated_at,
) = (
    pages::id,
    pages::handle,
    pages::title,
    pages::body_html,
    pages::body_summary,
    pages::seo_title,
    pages::seo_description,
    pages::created_at,
    pages::updated_at,
);

fn page(row: PageRow) -> Page {
    let (id, handle, title, body_html, body_summary, seo_title, seo_description, created, updated) =
        row;
    Page {
        id: Id::new(id),
        handle,
        title,
        body_html,
        body_summary,
        seo_title,
        seo_description,
        created_at: created,
        updated_at: updated,
    }
}

/// The published pages among these.
///
/// # Errors
/// When the statement fails.
pub async fn pages_by_id(
    conn: &mut Conn,
    ids: &[Id<id::Page>],
) -> Result<HashMap<Id<id::Page>, Page>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let rows: Vec<PageRow> = pages::table
        .filter(pages::id.eq_any(ids))
        .filter(pages::published_at.is_not_null())
        .select(COLUMNS)
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(page)
        .map(|page| (page.id, page))
        .collect())
}

/// The published pages with these handles.
///
/// # Errors
/// When the statement fails.
pub async fn pages_by_handle(conn: &mut Conn, handles: &[String]) -> Result<Vec<Page>, Fault> {
    let rows: Vec<PageRow> = pages::table
        .filter(pages::handle.eq_any(handles))
        .filter(pages::published_at.is_not_null())
        .select(COLUMNS)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(page).collect())
}
