//! Typed ids and their outside form, `gid://shopify/<Type>/<tail>`.
//!
//! Storefronts parse and build these ids, so the form is part of the contract. Any namespace is
//! accepted on input; the type must be the expected one.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use uuid::Uuid;

/// A kind of thing that has an id: its name in the contract.
pub trait Kind: 'static {
    /// The type's name as it stands in a GID.
    const NAME: &'static str;
}

macro_rules! kinds {
    ($($name:ident),* $(,)?) => { $(
        /// Marks the ids of this kind.
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}
        impl Kind for $name {
            const NAME: &'static str = stringify!($name);
        }
    )* };
}

kinds!(
    AppliedGiftCard,
    Article,
    Blog,
    Collection,
    Comment,
    Customer,
    DeliveryProfile,
    GenericFile,
    Location,
    MailingAddress,
    Market,
    MediaImage,
    Menu,
    MenuItem,
    Metafield,
    Metaobject,
    Order,
    OrderLineItem,
    Page,
    Product,
    ProductImage,
    ProductOption,
    ProductOptionValue,
    ProductVariant,
    Shop,
    ShopPolicy,
    UrlRedirect,
);

/// The number of a thing of one kind.
pub struct Id<K: Kind> {
    /// The database's number.
    pub value: i64,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Id<K> {
    /// Names the thing with this number.
    #[must_use]
    pub const fn new(value: i64) -> Self {
        Self {
            value,
            kind: PhantomData,
        }
    }

    /// The outside form.
    ///
    /// ```
    /// use commerce::kernel::id::{Id, Product};
    /// assert_eq!(Id::<Product>::new(7).gid(), "gid://shopify/Product/7");
    /// assert_eq!(Id::<Product>::parse("gid://any/Product/7"), Some(Id::new(7)));
    /// assert_eq!(Id::<Product>::parse("gid://shopify/Page/7"), None);
    /// ```
    #[must_use]
    pub fn gid(&self) -> String {
        format!("gid://shopify/{}/{}", K::NAME, self.value)
    }

    /// Reads the outside form; `None` for anything that is not an id of this kind.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let gid = Gid::parse(text)?;
        (gid.kind == K::NAME)
            .then(|| gid.number().map(Self::new))
            .flatten()
    }
}

impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> Copy for Id<K> {}
impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
impl<K: Kind> Eq for Id<K> {}
impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}
impl<K: Kind> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", K::NAME, self.value)
    }
}
impl<K: Kind> From<i64> for Id<K> {
    fn from(value: i64) -> Self {
        Self::new(value)
    }
}
impl<K: Kind> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.value)
    }
}
impl<'de, K: Kind> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self::new)
    }
}

/// A GID taken apart, its kind not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gid<'a> {
    /// The type's name.
    pub kind: &'a str,
    /// What follows the type: a number for the catalogue, a uuid for carts.
    pub tail: &'a str,
    /// The value of the `key` parameter, which carts carry.
    pub key: Option<&'a str>,
}

impl<'a> Gid<'a> {
    /// Reads `gid://<namespace>/<Type>/<tail>[?key=<key>]`.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (_namespace, rest) = text.strip_prefix("gid://")?.split_once('/')?;
        let (kind, rest) = rest.split_once('/')?;
        let (tail, query) = match rest.split_once('?') {
            Some((tail, query)) => (tail, Some(query)),
            None => (rest, None),
        };
        let key = query.and_then(|q| q.split('&').find_map(|pair| pair.strip_prefix("key=")));
        (!kind.is_empty() && !tail.is_empty()).then_some(Self { kind, tail, key })
    }

    /// The tail as a positive number, written without sign or leading zeros.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        let number: i64 = self.tail.parse().ok()?;
        (number > 0 && number.to_string() == self.tail).then_some(number)
    }

    /// The tail as a uuid.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        Uuid::try_parse(self.tail).ok()
    }
}

/// A new uuid that sorts by time of creation (version 7), for rows made by the application.
#[must_use]
pub fn ordered_uuid() -> Uuid {
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    Uuid::now_v7()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cart_ids_carry_a_key() {
        let gid = Gid::parse("gid://shopify/Cart/0199?key=abc").unwrap();
        assert_eq!(
            gid,
            Gid {
                kind: "Cart",
                tail: "0199",
                key: Some("abc")
            }
        );
    }

    #[test]
    fn odd_numbers_are_refused() {
        for bad in ["+7", "07", "0", "-1", "7.0", "", "9223372036854775808"] {
            assert_eq!(
                Id::<Product>::parse(&format!("gid://shopify/Product/{bad}")),
                None,
                "{bad}"
            );
        }
        for bad in ["Product/7", "gid://Product/7", "gid:///Product", "7", ""] {
            assert_eq!(Id::<Product>::parse(bad), None, "{bad}");
        }
    }
}
