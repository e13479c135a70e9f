//! Making a cart.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::CustomerEdit;
use super::addresses::book;
use super::gift_cards::{look_up, look_up_entered, told_apart, too_many};
use super::lines::change;
use crate::Shop;
use crate::cart::addresses::Book;
use crate::cart::metafields::{self, MetafieldDraft};
use crate::cart::store::{self, New, Touch};
use crate::cart::{
    AddressDraft, Cart, CartKey, Changed, Code, LineDraft, Path, Preferences, Refusal, Refusals,
    Warning, addresses, check, offers, reads,
};
use crate::db::Conn;
use crate::kernel::id::ordered_uuid;
use crate::kernel::{Failure, Id, Outcome, Secret};
use crate::pricing::Attribute;
use crate::shipping::Destination;

/// What a new cart starts with.
#[derive(Clone, Debug, Default)]
pub struct NewCart {
    /// Its lines.
    pub lines: Vec<LineDraft>,
    /// What the storefront attaches.
    pub attributes: Vec<Attribute>,
    /// The buyer's note.
    pub note: String,
    /// Discount codes.
    pub discount_codes: Vec<String>,
    /// Codes of gift cards.
    pub gift_cards: Vec<String>,
    /// Fields of the storefront's own.
    pub metafields: Vec<MetafieldDraft>,
    /// The buyer's e-mail address.
    pub email: Option<String>,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// The buyer's country.
    pub country: Option<String>,
    /// What the buyer prefers.
    pub preferences: Option<Preferences>,
    /// The language the buyer is spoken to in.
    pub language: Option<String>,
    /// The customer who is signed in.
    pub customer: CustomerEdit,
    /// Whether a company's location was named; there are none.
    pub company: bool,
    /// Delivery addresses.
    pub addresses: Vec<AddressDraft>,
}

/// Makes a cart and the key to it.
///
/// # Errors
/// The reasons for refusing; then there is no cart.
pub async fn create(shop: &Shop, new: &NewCart) -> Outcome<(CartKey, Changed), Refusals> {
    let input = Path::root("input");
    let lines = input.key("lines");
    check::count(new.lines.len(), &lines).map_err(Failure::Refused)?;
    let at = input.key("giftCardCodes");
    check::count(new.gift_cards.len(), &at).map_err(Failure::Refused)?;
    let said = checked(new, &input).map_err(Failure::Refused)?;
    let at = input.key("delivery").key("addresses");
    let given: Vec<_> = new.addresses.iter().map(|draft| &draft.address).collect();
    let book = match given.iter().any(|one| one.is_copied()) {
        true => {
            book(
                &mut *shop.db.primary().await?,
                new.customer.id().map(Id::new),
                &given,
            )
            .await?
        }
        false => Book::default(),
    };
    let (addresses, address_warnings) =
        addresses::add(Vec::new(), &new.addresses, &book, &at).map_err(Failure::Refused)?;
    let wanted: Vec<_> = new.lines.iter().filter_map(LineDraft::variant).collect();
    let key = CartKey {
        id: ordered_uuid(),
        secret: Secret::random(),
    };
    let (now, most) = (shop.clock.now(), shop.settings.orders.most_pieces);
    let changed = shop
        .db
        .write(async |conn: &mut Conn| {
            let (discounts, cards) = told_apart(conn, &said.discount_codes).await?;
            let row = New {
                id: key.id,
                secret_hash: key.secret.digest(),
                country: new.country.clone(),
                language: new.language.clone(),
                email: said.email.clone(),
                phone: said.phone.clone(),
                preferences: new.preferences.as_ref().map(store::json).transpose()?,
                note: new.note.clone(),
                attributes: store::json(&said.attributes)?,
                discount_codes: discounts,
                created_at: now,
                updated_at: now,
                expires_at: Touch::at(shop, now).expires_at,
                customer_id: new.customer.id(),
            };
            let mut cart = store::insert(conn, &row).await?;
            let mut warnings = Vec::new();
            if !new.lines.is_empty() {
                let catalog = reads::fill(conn, &mut cart, &wanted, now).await?;
                let plan = |plan: &mut _| {
                    crate::cart::rules::Plan::add(plan, &new.lines, &catalog, &lines)
                };
                let changed =
                    change(conn, cart, (Touch::at(shop, now), most), &lines, plan).await?;
                (cart, warnings) = (changed.cart, changed.warnings);
            }
            if !new.metafields.is_empty() {
                let fields: Vec<_> = new.metafields.iter().collect();
                metafields::put(conn, cart.id, &fields, now).await?;
            }
            if !addresses.is_empty() {
                store::put_addresses(conn, cart.id, &addresses).await?;
                let selected = addresses.iter().find(|address| address.selected);
                cart.destination = selected.and_then(|a| Destination::of(&a.address));
            }
            warnings.extend(address_warnings.clone());
            warnings.extend(offers::code_warnings(conn, &cart, now).await?);
            warnings.extend(pay_with(conn, &cart, (&new.gift_cards, &cards), now).await?);
            Ok(Changed { cart, warnings })
        })
        .await?;
    Ok((key, changed))
}

/// Stores the gift cards of a new cart; answers warnings about codes that lead to none.
async fn pay_with(
    conn: &mut Conn,
    cart: &Cart,
    (codes, among_discounts): (&[String], &[String]),
    now: DateTime<Utc>,
) -> Outcome<Vec<Warning>, Refusals> {
    let (mut cards, mut warnings) = look_up(conn, codes, &cart.exchange, now).await?;
    let (others, more) = look_up_entered(conn, among_discounts, &cart.exchange, now).await?;
    cards.extend(others);
    warnings.extend(more);
    if cards.is_empty() {
        return Ok(warnings);
    }
    let mut seen = HashSet::new();
    cards.retain(|card| seen.insert(*card));
    let path = Path::root("input").key("giftCardCodes");
    check::settled(too_many(cards.len(), &path)).map_err(Failure::Refused)?;
    store::put_gift_cards(conn, cart.id, &cards).await?;
    Ok(warnings)
}

/// Makes a cart with the lines, attributes, note and discount codes of another, but nothing that
/// tells who the buyer is.
///
/// # Errors
/// The reasons for refusing; then there is no new cart.
pub async fn copy(shop: &Shop, key: &CartKey) -> Outcome<(CartKey, Changed), Refusals> {
    let now = shop.clock.now();
    let source: Option<Cart> = reads::open(&mut *shop.db.primary().await?, key, now).await?;
    let source = source.ok_or_else(|| Failure::Refused(Refusal::no_cart()))?;
    let lines = source.lines.iter().filter(|line| line.quantity > 0);
    let new = NewCart {
        lines: lines
            .map(|line| LineDraft {
                merchandise_id: Id::gid(&line.merchandise.variant_id),
                quantity: line.quantity,
                attributes: line.attributes.clone(),
                selling_plan: false,
                parent: false,
            })
            .collect(),
        attributes: source.attributes,
        note: source.note,
        discount_codes: source.discount_codes,
        country: source.country,
        language: source.language,
        ..NewCart::default()
    };
    let (key, mut changed) = create(shop, &new).await?;
    let left_out = source.withdrawn.iter().map(|gone| Warning {
        target: None,
        ..gone.warning()
    });
    changed.warnings.extend(left_out);
    Ok((key, changed))
}

/// What a new cart says, in the form that is stored.
struct Said {
    attributes: Vec<Attribute>,
    discount_codes: Vec<String>,
    email: Option<String>,
    phone: Option<String>,
}

fn checked(new: &NewCart, input: &Path) -> Result<Said, Refusals> {
    let mut refusals = Vec::new();
    let at = input.key("attributes");
    let attributes = check::attributes(&new.attributes, &at, &mut refusals);
    check::note(&new.note, &input.key("note"), &mut refusals);
    let at = input.key("discountCodes");
    let discount_codes = check::discount_codes(&new.discount_codes, &at, &mut refusals);
    let buyer = input.key("buyerIdentity");
    let email = new.email.as_deref();
    let email = email.and_then(|given| check::email(given, &buyer.key("email"), &mut refusals));
    let phone = new.phone.as_deref();
    let phone = phone.and_then(|given| {
        let country = new.country.as_deref();
        check::phone(given, country, &buyer.key("phone"), &mut refusals)
    });
    if let Some(country) = &new.country {
        check::country(country, &buyer.key("countryCode"), &mut refusals);
    }
    if let Some(preferences) = &new.preferences {
        preferences.check(&buyer.key("preferences"), &mut refusals);
    }
    refusals.extend(super::details::nobody(&new.customer, new.company, &buyer));
    let at = input.key("metafields");
    for mistake in metafields::check(new.metafields.iter()) {
        let at = mistake.index.map_or(at.clone(), |index| at.index(index));
        let at = mistake.part.map_or(at.clone(), |part| at.key(part));
        refusals.push(Refusal::new(Code::InvalidMetafields, at, mistake.message));
    }
    check::settled(refusals)?;
    Ok(Said {
        attributes,
        discount_codes,
        email,
        phone,
    })
}
