//! What a cached answer was made of.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// A thing, or a list of things, that answers are made of. The migration of the triggers says which
/// changes touch which tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tag {
    /// The shop's own row, its policies, and where it delivers.
    Shop,
    /// What the merchant writes at length: blogs, articles and all that belongs to them.
    Content,
    /// What any picture says of itself.
    Media,
    /// All menus.
    Menus,
    /// Which pages there are, and all of them.
    Pages,
    /// One page.
    Page(i64),
    /// Which collections there are, and all of them, without their products.
    Collections,
    /// One collection, and which products stand in it.
    Collection(i64),
    /// Which products there are, and in which order; not what they cost, nor how often they sold.
    Products,
    /// Anything about any product, except its stock.
    AnyProduct,
    /// Anything about one product and its variants, except their stock.
    Product(i64),
    /// Which variants of a product can be bought.
    Stock(i64),
    /// Which variants of any product can be bought.
    AnyStock,
    /// How many of a product's variants are left.
    Quantity(i64),
}

impl Display for Tag {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shop => f.write_str("shop"),
            Self::Content => f.write_str("content"),
            Self::Media => f.write_str("media"),
            Self::Menus => f.write_str("menus"),
            Self::Pages => f.write_str("pages"),
            Self::Page(id) => write!(f, "page:{id}"),
            Self::Collections => f.write_str("collections"),
            Self::Collection(id) => write!(f, "collection:{id}"),
            Self::Products => f.write_str("products"),
            Self::AnyProduct => f.write_str("product:any"),
            Self::Product(id) => write!(f, "product:{id}"),
            Self::Stock(id) => write!(f, "stock:{id}"),
            Self::AnyStock => f.write_str("stock:any"),
            Self::Quantity(id) => write!(f, "quantity:{id}"),
        }
    }
}

/// A text that names no tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATag;

impl FromStr for Tag {
    type Err = NotATag;

    fn from_str(text: &str) -> Result<Self, NotATag> {
        let alone = match text {
            "shop" => Some(Self::Shop),
            "content" => Some(Self::Content),
            "media" => Some(Self::Media),
            "menus" => Some(Self::Menus),
            "pages" => Some(Self::Pages),
            "collections" => Some(Self::Collections),
            "products" => Some(Self::Products),
            "product:any" => Some(Self::AnyProduct),
            "stock:any" => Some(Self::AnyStock),
            _ => None,
        };
        if let Some(tag) = alone {
            return Ok(tag);
        }
        let (kind, id) = text.split_once(':').ok_or(NotATag)?;
        let id: i64 = id.parse().map_err(|_| NotATag)?;
        Ok(match kind {
            "page" => Self::Page(id),
            "collection" => Self::Collection(id),
            "product" => Self::Product(id),
            "stock" => Self::Stock(id),
            "quantity" => Self::Quantity(id),
            _ => return Err(NotATag),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_is_read_as_it_is_written() {
        let tags = [
            Tag::Shop,
            Tag::Content,
            Tag::Media,
            Tag::Menus,
            Tag::Pages,
            Tag::Page(1),
            Tag::Collections,
            Tag::Collection(2),
            Tag::Products,
            Tag::AnyProduct,
            Tag::Product(3),
            Tag::Stock(4),
            Tag::AnyStock,
            Tag::Quantity(5),
        ];
        for tag in tags {
            assert_eq!(tag.to_string().parse(), Ok(tag));
        }
        for wrong in ["", "*", "product", "product:", "product:x", "cart:1"] {
            assert_eq!(wrong.parse::<Tag>(), Err(NotATag), "{wrong}");
        }
    }
}
