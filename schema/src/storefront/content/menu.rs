//! Menus and their items.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, Union};
use commerce::content::menus::{self, Target};

use super::article::Article;
use super::blog::Blog;
use super::loads::{ArticleKey, BlogKey, MetaobjectKey, PageKey, absolute, the_shop};
use super::metaobject::Metaobject;
use super::page::Page;
use super::policy::{self, ShopPolicy};
use crate::context::ContextExt;
use crate::ids;
use crate::scalars::Url;
use crate::storefront::catalog::loads::{CollectionKey, ProductKey};
use crate::storefront::catalog::{Collection, Product};

/// A menu of links.
#[derive(Clone)]
pub struct Menu(pub Arc<menus::Menu>);

#[Object(cache_control(max_age = 300))]
impl Menu {
    /// Its name to storefronts.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// The items at its top, in order.
    async fn items(&self) -> Vec<MenuItem> {
        items(&self.0.items)
    }

    /// How many items it has at its top.
    async fn items_count(&self) -> usize {
        self.0.items.len()
    }

    /// What staff call it.
    async fn title(&self) -> &str {
        &self.0.title
    }
}

fn items(items: &[menus::MenuItem]) -> Vec<MenuItem> {
    items.iter().cloned().map(Arc::new).map(MenuItem).collect()
}

/// A link of a menu, and those below it.
#[derive(Clone)]
pub struct MenuItem(pub Arc<menus::MenuItem>);

#[Object(cache_control(max_age = 300))]
impl MenuItem {
    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// The items below it, in order.
    async fn items(&self) -> Vec<Self> {
        items(&self.0.items)
    }

    /// What it leads to, if that is a thing of the shop's.
    async fn resource(&self, ctx: &Context<'_>) -> Option<Result<MenuItemResource>> {
        self.find_resource(ctx).await.transpose()
    }

    /// The id of what it leads to, if that is a thing of the shop's.
    async fn resource_id(&self) -> Option<ID> {
        Some(match &self.0.target {
            Target::Collection(id, _) => ids::id(*id),
            Target::Product(id, _) => ids::id(*id),
            Target::Page(id, _) => ids::id(*id),
            Target::Policy(id, _) => ids::id(*id),
            Target::Blog(id, _) => ids::id(*id),
            Target::Article(id, _) => ids::id(*id),
            Target::Metaobject(id, _) => ids::id(*id),
            _ => return None,
        })
    }

    /// Words that storefronts tell items apart by.
    async fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// What buyers read.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What kind of thing it leads to.
    #[graphql(name = "type")]
    async fn kind(&self) -> MenuItemType {
        match &self.0.target {
            Target::Frontpage => MenuItemType::Frontpage,
            Target::Catalog => MenuItemType::Catalog,
            Target::Search => MenuItemType::Search,
            Target::Collections => MenuItemType::Collections,
            Target::Collection(..) => MenuItemType::Collection,
            Target::Product(..) => MenuItemType::Product,
            Target::Page(..) => MenuItemType::Page,
            Target::Policy(..) => MenuItemType::ShopPolicy,
            Target::Blog(..) => MenuItemType::Blog,
            Target::Article(..) => MenuItemType::Article,
            Target::Metaobject(..) => MenuItemType::Metaobject,
            Target::Http(_) => MenuItemType::Http,
        }
    }

    /// Where it leads, on the shop's primary domain unless it leads away.
    async fn url(&self, ctx: &Context<'_>) -> Option<Result<Url>> {
        let shop = the_shop(ctx).await;
        Some(shop.map(|shop| Url(absolute(&shop, &self.0.target.path()))))
    }
}

impl MenuItem {
    async fn find_resource(&self, ctx: &Context<'_>) -> Result<Option<MenuItemResource>> {
        Ok(match &self.0.target {
            Target::Collection(id, _) => {
                let found = ctx.load(CollectionKey(*id)).await?;
                found.map(Collection).map(MenuItemResource::Collection)
            }
            Target::Product(id, _) => {
                let found = ctx.load(ProductKey(*id)).await?;
                found.map(Product).map(MenuItemResource::Product)
            }
            Target::Page(id, _) => {
                let found = ctx.load(PageKey(*id)).await?;
                found.map(Page).map(MenuItemResource::Page)
            }
            Target::Policy(id, _) => {
                let found = policy::with_id(ctx, *id).await?;
                found.map(MenuItemResource::ShopPolicy)
            }
            Target::Blog(id, _) => {
                let found = ctx.load(BlogKey(*id)).await?;
                found.map(Blog).map(MenuItemResource::Blog)
            }
            Target::Article(id, _) => {
                let found = ctx.load(ArticleKey(*id)).await?;
                found.map(Article).map(MenuItemResource::Article)
            }
            Target::Metaobject(id, _) => {
                let found = ctx.load(MetaobjectKey(*id)).await?;
                found.map(Metaobject).map(MenuItemResource::Metaobject)
            }
            _ => None,
        })
    }
}

/// What a menu item can lead to.
#[derive(Union)]
pub enum MenuItemResource {
    /// An article of a blog.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A collection.
    Collection(Collection),
    /// A thing of a kind that the merchant made up.
    Metaobject(Metaobject),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
    /// A policy.
    ShopPolicy(ShopPolicy),
}

/// What kind of thing a menu item leads to.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuItemType {
    /// An article of a blog.
    Article,
    /// A blog.
    Blog,
    /// All products.
    Catalog,
    /// A collection.
    Collection,
    /// The list of collections.
    Collections,
    /// A page of the customer's account.
    CustomerAccountPage,
    /// The front page.
    Frontpage,
    /// Any address.
    Http,
    /// A thing of a kind that the merchant made up.
    Metaobject,
    /// A page.
    Page,
    /// A product.
    Product,
    /// The search.
    Search,
    /// A policy.
    ShopPolicy,
}
