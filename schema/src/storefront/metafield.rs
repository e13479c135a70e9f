//! Fields that merchants add to things, and storefronts to carts. Markets, ways of selling and companies have none.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Interface, Object, Result, Union};
use commerce::cart::CartKey;
use commerce::cart::metafields as fields;
use commerce::content::metafields::{self, Owner};
use commerce::kernel::Fault;
use futures_util::future::join_all;

use super::cart::{self, Cart};
use super::catalog::loads::{CollectionKey, ProductKey, VariantKey};
use super::catalog::selling_plan::SellingPlan;
use super::catalog::{Collection, MediaImage, Model3d, Product, ProductVariant, Video};
use super::company::{Company, CompanyLocation};
use super::content::loads::{
    ArticleKey, BlogKey, CartMetafieldKey, LocationKey, MetafieldKey, PageKey, the_shop,
};
use super::content::{Article, Blog, GenericFile, Metaobject, Page, reference};
use super::customer::Customer;
use super::location::Location;
use super::order::Order;
use super::shop::{Market, Shop};
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::scalars::DateTime;
use crate::{ids, limits};

/// The namespace of fields that name none.
const NAMESPACE: &str = "custom";

/// What a field belongs to.
#[derive(Clone)]
pub enum Holder {
    /// What everybody may see.
    Public(Owner),
    /// A cart.
    Cart(CartKey),
    /// An order, which has the fields of its cart.
    Order(Order),
    /// A customer, who asks.
    Customer(Customer),
}

/// A field that a merchant or a storefront added.
pub struct Metafield {
    holder: Holder,
    namespace: String,
    key: String,
    field: Arc<metafields::Metafield>,
}

#[Object]
impl Metafield {
    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.field.created_at.into()
    }

    /// What it is for.
    async fn description(&self) -> Option<&str> {
        self.field.description.as_deref()
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.field.id)
    }

    /// Its name within its namespace.
    async fn key(&self) -> &str {
        &self.key
    }

    /// Keeps the names of different makers apart.
    async fn namespace(&self) -> &str {
        &self.namespace
    }

    /// What it belongs to.
    async fn parent_resource(&self, ctx: &Context<'_>) -> Result<MetafieldParentResource> {
        let gone = || Fault::Inconsistent(format!("{:?} belongs to nothing", self.field.id));
        let parent = match &self.holder {
            Holder::Public(owner) => parent(ctx, *owner).await?,
            Holder::Cart(key) => {
                let cart = cart::find(ctx, &ID(key.gid())).await?;
                cart.map(MetafieldParentResource::Cart)
            }
            Holder::Order(order) => Some(MetafieldParentResource::Order(order.clone())),
            Holder::Customer(customer) => Some(MetafieldParentResource::Customer(customer.clone())),
        };
        Ok(parent.ok_or_else(gone)?)
    }

    /// What it leads to.
    async fn reference(&self, ctx: &Context<'_>) -> Option<Result<MetafieldReference>> {
        reference::one(ctx, &self.field.kind, &self.field.value)
            .await
            .transpose()
    }

    /// What it leads to, if it is a list.
    async fn references(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Option<Result<Connection<MetafieldReference>>> {
        let window = window(first, after.as_deref(), last, before.as_deref());
        reference::several(ctx, &self.field.kind, &self.field.value, window)
            .await
            .transpose()
    }

    /// What kind of value it has.
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        &self.field.kind
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        self.field.updated_at.into()
    }

    /// Its value as a text.
    async fn value(&self) -> &str {
        &self.field.value
    }
}

async fn parent(ctx: &Context<'_>, owner: Owner) -> Result<Option<MetafieldParentResource>> {
    use MetafieldParentResource as Parent;
    Ok(match owner {
        Owner::Article(id) => {
            let found = ctx.load(ArticleKey(id)).await?;
            found.map(|row| Parent::Article(Article(row)))
        }
        Owner::Blog(id) => {
            let found = ctx.load(BlogKey(id)).await?;
            found.map(|row| Parent::Blog(Blog(row)))
        }
        Owner::Collection(id) => {
            let found = ctx.load(CollectionKey(id)).await?;
            found.map(|row| Parent::Collection(Collection(row)))
        }
        Owner::Location(id) => {
            let found = ctx.load(LocationKey(id)).await?;
            found.map(|row| Parent::Location(Location(row)))
        }
        Owner::Page(id) => {
            let found = ctx.load(PageKey(id)).await?;
            found.map(|row| Parent::Page(Page(row)))
        }
        Owner::Product(id) => {
            let found = ctx.load(ProductKey(id)).await?;
            found.map(|row| Parent::Product(Product(row)))
        }
        // Only shown as held by whoever asks.
        Owner::Customer(_) => None,
        Owner::Shop(_) => Some(Parent::Shop(Shop(the_shop(ctx).await?))),
        Owner::Variant(id) => {
            let found = ctx.load(VariantKey(id)).await?;
            found.map(|variant| {
                Parent::ProductVariant(ProductVariant {
                    variant,
                    product: None,
                    in_cart: None,
                })
            })
        }
    })
}

/// The field of a thing with this name.
///
/// # Errors
/// A fault of the database.
pub async fn one(
    ctx: &Context<'_>,
    owner: Owner,
    namespace: Option<String>,
    key: String,
) -> Result<Option<Metafield>> {
    let namespace = namespace.unwrap_or_else(|| NAMESPACE.to_owned());
    let name = MetafieldKey((owner, namespace.clone(), key.clone()));
    let field = ctx.load(name).await?;
    Ok(field.map(|field| Metafield {
        holder: Holder::Public(owner),
        namespace,
        key,
        field,
    }))
}

/// Several fields: null where there is none, or where reading it failed.
pub type Metafields = Vec<Option<Result<Metafield>>>;

/// The field of a cart, an order or a customer with this name.
///
/// # Errors
/// A fault of the database.
pub async fn held(
    ctx: &Context<'_>,
    holder: Holder,
    namespace: Option<String>,
    key: String,
) -> Result<Option<Metafield>> {
    let owner = match &holder {
        Holder::Public(owner) => return one(ctx, *owner, namespace, key).await,
        Holder::Customer(customer) => {
            let owner = Owner::Customer(customer.row_id());
            let field = one(ctx, owner, namespace, key).await?;
            return Ok(field.map(|field| Metafield { holder, ..field }));
        }
        Holder::Cart(cart) => fields::Owner::Cart(cart.id),
        Holder::Order(order) => fields::Owner::Order(order.row_id()),
    };
    let namespace = namespace.unwrap_or_else(|| NAMESPACE.to_owned());
    let name = (namespace.clone(), key.clone());
    let field = ctx.load(CartMetafieldKey((owner, name))).await?;
    Ok(field.map(|field| Metafield {
        holder,
        namespace,
        key,
        field,
    }))
}

/// The fields of a cart, an order or a customer with these names, null where there is none.
///
/// # Errors
/// A public error for too many names; a fault of the database.
pub async fn all_held(
    ctx: &Context<'_>,
    holder: Holder,
    identifiers: Vec<HasMetafieldsIdentifier>,
) -> Result<Metafields> {
    few(&identifiers)?;
    let fields = identifiers.into_iter();
    let fields = fields.map(|name| held(ctx, holder.clone(), name.namespace, name.key));
    let found = join_all(fields).await.into_iter();
    Ok(found.map(Result::transpose).collect())
}

fn few(identifiers: &[HasMetafieldsIdentifier]) -> Result<()> {
    if identifiers.len() <= limits::IDS {
        return Ok(());
    }
    Err(invalid_argument(format_args!(
        "`identifiers` may have {} entries at most",
        limits::IDS
    )))
}

/// The fields of a thing with these names, null where there is none.
///
/// # Errors
/// A public error for too many names; a fault of the database.
pub async fn several(
    ctx: &Context<'_>,
    owner: Owner,
    identifiers: Vec<HasMetafieldsIdentifier>,
) -> Result<Metafields> {
    few(&identifiers)?;
    let fields = identifiers.into_iter();
    let fields = fields.map(|name| one(ctx, owner, name.namespace, name.key));
    let found = join_all(fields).await.into_iter();
    Ok(found.map(Result::transpose).collect())
}

/// What a metafield can belong to.
#[derive(Union)]
pub enum MetafieldParentResource {
    /// An article of a blog.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A cart.
    Cart(Cart),
    /// A collection.
    Collection(Collection),
    /// A company that buys.
    Company(Company),
    /// A branch of a company.
    CompanyLocation(CompanyLocation),
    /// A customer.
    Customer(Customer),
    /// A place where buyers may fetch what they buy.
    Location(Location),
    /// Countries that are sold to alike.
    Market(Market),
    /// An order.
    Order(Order),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
    /// A variant.
    ProductVariant(ProductVariant),
    /// The shop.
    Shop(Shop),
    /// A way of selling.
    SellingPlan(SellingPlan),
}

/// What a metafield can point to.
#[derive(Union)]
pub enum MetafieldReference {
    /// An article of a blog.
    Article(Article),
    /// A collection.
    Collection(Collection),
    /// A file of another kind than those below.
    GenericFile(GenericFile),
    /// A picture.
    MediaImage(MediaImage),
    /// A thing of a kind that the merchant made up.
    Metaobject(Metaobject),
    /// A model.
    Model3d(Model3d),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
    /// A variant.
    ProductVariant(ProductVariant),
    /// A film.
    Video(Video),
}

/// Names a metafield.
#[derive(InputObject)]
pub struct HasMetafieldsIdentifier {
    /// Its namespace; the default one if missing.
    pub namespace: Option<String>,
    /// Its name within the namespace.
    pub key: String,
}

/// Something that merchants can add fields to.
#[derive(Interface)]
#[graphql(
    field(
        name = "metafield",
        ty = "Option<Metafield>",
        desc = "A field that the merchant added.",
        arg(name = "namespace", ty = "Option<String>", desc = "Its namespace."),
        arg(name = "key", ty = "String", desc = "Its name within the namespace.")
    ),
    field(
        name = "metafields",
        ty = "Metafields",
        desc = "Fields that the merchant added, null where there is none.",
        arg(
            name = "identifiers",
            ty = "Vec<HasMetafieldsIdentifier>",
            desc = "Which ones, 250 at most."
        )
    )
)]
pub enum HasMetafields {
    /// An article of a blog.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A cart.
    Cart(Cart),
    /// A collection.
    Collection(Collection),
    /// A company that buys.
    Company(Company),
    /// A branch of a company.
    CompanyLocation(CompanyLocation),
    /// A customer.
    Customer(Customer),
    /// A place where buyers may fetch what they buy.
    Location(Location),
    /// Countries that are sold to alike.
    Market(Market),
    /// An order.
    Order(Order),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
    /// A variant.
    ProductVariant(ProductVariant),
    /// The shop.
    Shop(Shop),
    /// A way of selling.
    SellingPlan(SellingPlan),
}

/// As many nulls as fields were asked for.
#[must_use]
pub fn none_of(identifiers: &[HasMetafieldsIdentifier]) -> Metafields {
    identifiers.iter().map(|_| None).collect()
}
