//! A page and how it is read.

use std::collections::HashMap;

use async_graphql::{ID, Object};
use commerce::content::{self, reads};
use commerce::kernel::{Fault, Id, id};

use crate::ids;
use crate::loaders::{Batch, Reads};
use crate::scalars::{DateTime, Html};

/// A page of text, such as "About us".
#[derive(Clone)]
pub struct Page(pub content::Page);

#[Object]
impl Page {
    /// Names the page.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// Names the page in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// What the page is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The text with its markup.
    async fn body(&self) -> Html {
        Html(self.0.body_html.clone())
    }

    /// The first words, without markup.
    async fn body_summary(&self) -> &str {
        &self.0.body_summary
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

impl Batch for Id<id::Page> {
    type Value = content::Page;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, content::Page>, Fault> {
        reads::pages_by_id(&mut *reads.conn().await?, &keys).await
    }
}

/// Names a page by its handle.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PageHandle(pub(super) String);

impl Batch for PageHandle {
    type Value = content::Page;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, content::Page>, Fault> {
        let handles: Vec<String> = keys.into_iter().map(|key| key.0).collect();
        let pages = reads::pages_by_handle(&mut *reads.conn().await?, &handles).await?;
        Ok(pages
            .into_iter()
            .map(|page| (PageHandle(page.handle.clone()), page))
            .collect())
    }
}
