//! Fields that merchants add to things. None can be kept yet, so every answer is empty; the types
//! stand here because storefronts name them.

use async_graphql::{ComplexObject, ID, InputObject, Interface, Result, SimpleObject, Union};

use super::cart::Cart;
use super::catalog::selling_plan::SellingPlan;
use super::catalog::{Collection, MediaImage, Model3d, Product, ProductVariant, Video};
use super::company::{Company, CompanyLocation};
use super::content::{Article, Blog, Page};
use super::customer::Customer;
use super::order::Order;
use super::shop::{Market, Shop};

use crate::connection::{Connection, window};
use crate::scalars::DateTime;

/// A field that a merchant added.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Metafield {
    /// When it was made.
    pub created_at: DateTime,
    /// What it is for.
    pub description: Option<String>,
    /// Its id.
    #[graphql(owned)]
    pub id: ID,
    /// Its name within its namespace.
    pub key: String,
    /// Keeps the names of different makers apart.
    pub namespace: String,
    /// What it belongs to.
    pub parent_resource: MetafieldParentResource,
    /// What it points to.
    pub reference: Option<MetafieldReference>,
    /// What kind of value it has.
    #[graphql(name = "type")]
    pub kind: String,
    /// When it last changed.
    pub updated_at: DateTime,
    /// Its value as a text.
    pub value: String,
}

#[ComplexObject]
impl Metafield {
    /// What it points to, if it is a list.
    async fn references(
        &self,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Result<Option<Connection<MetafieldReference>>> {
        window(first, after.as_deref(), last, before.as_deref())?;
        Ok(None)
    }
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
    /// A picture.
    MediaImage(MediaImage),
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
        ty = "Vec<Option<Metafield>>",
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
pub fn none_of(identifiers: &[HasMetafieldsIdentifier]) -> Vec<Option<Metafield>> {
    identifiers.iter().map(|_| None).collect()
}
