//! Things that have an id, by their id.

use async_graphql::{Context, ID, Interface, Object, Result};
use commerce::kernel::id::Kind;
use commerce::kernel::{Gid, Id};
use futures_util::future::join_all;

use super::address::MailingAddress;
use super::cart::gift_card::AppliedGiftCard;
use super::cart::{Cart, CartLine, ComponentizableCartLine};
use super::catalog::loads::{CollectionKey, ProductKey, VariantKey};
use super::catalog::media::MediaPresentation;
use super::catalog::taxonomy::TaxonomyCategory;
use super::catalog::variant_extras::ShopPayInstallmentsProductVariantPricing;
use super::catalog::{
    Collection, ExternalVideo, MediaImage, Model3d, Product, ProductOption, ProductOptionValue,
    ProductVariant, Video,
};
use super::company::{Company, CompanyContact, CompanyLocation};
use super::content::loads::{
    ArticleKey, BlogKey, CommentKey, FileKey, LocationKey, MenuItemKey, MenuKey, MetaobjectKey,
    PageKey, RedirectKey, the_shop,
};
use super::content::policy::{self, ShopPolicy};
use super::content::{Article, Blog, Comment, GenericFile, Menu, MenuItem, Metaobject, Page};
use super::customer;
use super::customer::loads::OwnOrder;
use super::location::Location;
use super::metafield::Metafield;
use super::order::Order;
use super::shop::UrlRedirect;
use super::shop::installments::{
    ShopPayInstallmentsFinancingPlan, ShopPayInstallmentsFinancingPlanTerm,
};
use super::shop::localization::market;
use super::shop::{Market, Shop};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::loaders::Batch;
use crate::{ids, limits};

/// Something that has an id.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "Names it among everything in the shop."
))]
pub enum Node {
    /// A gift card that pays a part of a cart.
    AppliedGiftCard(AppliedGiftCard),
    /// An article of a blog.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A cart.
    Cart(Cart),
    /// A line of a cart.
    CartLine(CartLine),
    /// A line of a cart that is made of others.
    ComponentizableCartLine(ComponentizableCartLine),
    /// An address.
    MailingAddress(MailingAddress),
    /// A collection.
    Collection(Collection),
    /// What a reader said of an article.
    Comment(Comment),
    /// A company that buys.
    Company(Company),
    /// Who buys for a company.
    CompanyContact(CompanyContact),
    /// A branch of a company.
    CompanyLocation(CompanyLocation),
    /// A film on another site.
    ExternalVideo(ExternalVideo),
    /// A file that is no medium.
    GenericFile(GenericFile),
    /// A place where buyers may fetch what they buy.
    Location(Location),
    /// Countries that are sold to alike.
    Market(Market),
    /// A picture.
    MediaImage(MediaImage),
    /// Settings of how a medium is shown.
    MediaPresentation(MediaPresentation),
    /// A menu.
    Menu(Menu),
    /// A link of a menu.
    MenuItem(MenuItem),
    /// A field that the merchant added.
    Metafield(Metafield),
    /// A thing of a kind that the merchant made up.
    Metaobject(Metaobject),
    /// A model.
    Model3d(Model3d),
    /// An order of the caller's.
    Order(Order),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
    /// An option of a product.
    ProductOption(ProductOption),
    /// A value of an option.
    ProductOptionValue(ProductOptionValue),
    /// A variant.
    ProductVariant(ProductVariant),
    /// The shop.
    Shop(Shop),
    /// A way to pay in parts.
    FinancingPlan(ShopPayInstallmentsFinancingPlan),
    /// A condition of paying in parts.
    FinancingPlanTerm(ShopPayInstallmentsFinancingPlanTerm),
    /// A policy.
    ShopPolicy(ShopPolicy),
    /// What a variant costs in installments.
    ShopPayInstallments(ShopPayInstallmentsProductVariantPricing),
    /// A category of the standard taxonomy.
    TaxonomyCategory(TaxonomyCategory),
    /// An address that leads elsewhere.
    UrlRedirect(UrlRedirect),
    /// A film.
    Video(Video),
}

/// Finds anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The thing with this id.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Node>> {
        find(ctx, &id).await.transpose()
    }

    /// The things with these ids, in the same order; null where there is none.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids, 250 at most.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        if ids.len() > limits::IDS {
            return Err(invalid_argument(format_args!(
                "`ids` may have {} entries at most",
                limits::IDS
            )));
        }
        for id in &ids {
            parsed(id)?;
        }
        let found = join_all(ids.iter().map(|id| find(ctx, id))).await;
        Ok(found.into_iter().map(Result::transpose).collect())
    }
}

/// What an id says, whether there is such a thing or not.
fn parsed(id: &ID) -> Result<Gid<'_>> {
    let refusal = || invalid_argument(format_args!("`{}` is not an id", id.as_str()));
    Gid::parse(id).ok_or_else(refusal)
}

/// Reads one thing; things of a kind that are asked for together are one statement.
async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    Ok(match parsed(id)?.kind {
        "Article" => by_id(ctx, id, ArticleKey)
            .await?
            .map(|row| Node::Article(Article(row))),
        "Blog" => by_id(ctx, id, BlogKey)
            .await?
            .map(|row| Node::Blog(Blog(row))),
        "Cart" => super::cart::find(ctx, id).await?.map(Node::Cart),
        "Collection" => by_id(ctx, id, CollectionKey)
            .await?
            .map(|row| Node::Collection(Collection(row))),
        "Comment" => by_id(ctx, id, CommentKey)
            .await?
            .map(|row| Node::Comment(Comment(row))),
        "GenericFile" => by_id(ctx, id, FileKey)
            .await?
            .map(|row| Node::GenericFile(GenericFile(row))),
        "Location" => by_id(ctx, id, LocationKey)
            .await?
            .map(|row| Node::Location(Location(row))),
        "Metaobject" => by_id(ctx, id, MetaobjectKey)
            .await?
            .map(|row| Node::Metaobject(Metaobject(row))),
        "Market" => match ids::read(id) {
            Some(id) => market(ctx, id).await?.map(Node::Market),
            None => None,
        },
        "Menu" => by_id(ctx, id, MenuKey)
            .await?
            .map(|row| Node::Menu(Menu(row))),
        "MenuItem" => by_id(ctx, id, MenuItemKey)
            .await?
            .map(|row| Node::MenuItem(MenuItem(row))),
        "MailingAddress" => own_address(ctx, id).await?.map(Node::MailingAddress),
        "Order" => own_order(ctx, id).await?.map(Node::Order),
        "Page" => by_id(ctx, id, PageKey)
            .await?
            .map(|row| Node::Page(Page(row))),
        "Product" => by_id(ctx, id, ProductKey)
            .await?
            .map(|row| Node::Product(Product(row))),
        "ProductVariant" => {
            let known = |variant| ProductVariant {
                variant,
                product: None,
                in_cart: None,
            };
            by_id(ctx, id, VariantKey)
                .await?
                .map(known)
                .map(Node::ProductVariant)
        }
        "Shop" => {
            let shop = the_shop(ctx).await?;
            (ids::read(id) == Some(shop.id)).then_some(Node::Shop(Shop(shop)))
        }
        "ShopPolicy" => match ids::read(id) {
            Some(id) => policy::with_id(ctx, id).await?.map(Node::ShopPolicy),
            None => None,
        },
        "UrlRedirect" => by_id(ctx, id, RedirectKey)
            .await?
            .map(|row| Node::UrlRedirect(UrlRedirect(row))),
        _ => None,
    })
}

/// Reads the thing that an id of its kind names.
async fn by_id<K: Kind, B: Batch>(
    ctx: &Context<'_>,
    id: &ID,
    key: fn(Id<K>) -> B,
) -> Result<Option<B::Value>> {
    Ok(match ids::read(id) {
        Some(id) => ctx.load(key(id)).await?,
        None => None,
    })
}

/// The customer whom the bearer token names sees their own order; for everybody else there is none.
async fn own_order(ctx: &Context<'_>, id: &ID) -> Result<Option<Order>> {
    let Some(order) = ids::read(id) else {
        return Ok(None);
    };
    let Some(customer) = customer::caller(ctx).await? else {
        return Ok(None);
    };
    let order = ctx.load(OwnOrder(customer, order)).await?;
    Ok(order.map(Order::new))
}

/// An address in the caller's own book.
async fn own_address(ctx: &Context<'_>, id: &ID) -> Result<Option<MailingAddress>> {
    if !id.ends_with("?model_name=CustomerAddress") {
        return Ok(None);
    }
    let Some(address) = ids::read(id) else {
        return Ok(None);
    };
    match customer::caller(ctx).await? {
        Some(customer) => customer::own_address(ctx, customer, address).await,
        None => Ok(None),
    }
}
