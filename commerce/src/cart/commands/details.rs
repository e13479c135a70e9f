//! Changing what a cart says besides its lines: the buyer, notes, delivery and payment.

use super::gift_cards::{pay_with_more, told_apart};
use super::locked;
use crate::Shop;
use crate::cart::model::digest;
use crate::cart::store::{self, Patch, Touch};
use crate::cart::{
    Cart, CartKey, Changed, Code, Path, Preferences, Refusal, Refusals, check, metafields, offers,
    reads,
};
use crate::db::Conn;
use crate::kernel::id::Customer;
use crate::kernel::money::MoneyError;
use crate::kernel::{Address, Failure, Id, Money, Outcome};
use crate::pricing::Attribute;

/// A change to who the buyer is; `None` leaves as it is, `Some(None)` forgets.
#[derive(Clone, Debug, Default)]
pub struct BuyerEdit {
    /// The e-mail address.
    pub email: Option<Option<String>>,
    /// The telephone number.
    pub phone: Option<Option<String>>,
    /// The country.
    pub country: Option<Option<String>>,
    /// The language the buyer is spoken to in.
    pub language: Option<String>,
    /// What the buyer prefers.
    pub preferences: Option<Option<Preferences>>,
    /// The customer who is signed in.
    pub customer: CustomerEdit,
    /// Whether a company's location was named; there are none.
    pub company: bool,
}

/// A change to whose cart it is.
#[derive(Clone, Debug, Default)]
pub enum CustomerEdit {
    /// It stays whose it is.
    #[default]
    Keep,
    /// It is a guest's.
    Forget,
    /// A token was given that names nobody.
    Unknown,
    /// It is the cart of a customer who has proved to be one.
    Link(Id<Customer>),
}

impl CustomerEdit {
    /// The customer's number.
    pub(super) fn id(&self) -> Option<i64> {
        match self {
            Self::Link(id) => Some(id.value),
            Self::Keep | Self::Forget | Self::Unknown => None,
        }
    }

    /// The change to the customer's number.
    fn column(&self) -> Option<Option<i64>> {
        match self {
            Self::Keep | Self::Unknown => None,
            Self::Forget | Self::Link(_) => Some(self.id()),
        }
    }
}

/// How a caller wants to pay.
#[derive(Clone, Debug)]
pub struct PaymentDraft {
    /// The decimal amount, as it was written.
    pub amount: String,
    /// The code of the amount's currency.
    pub currency: String,
    /// By what means; `None` when none or several were named.
    pub method: Option<PaymentMethod>,
}

/// By what means a caller wants to pay.
#[derive(Clone, Debug)]
pub enum PaymentMethod {
    /// Nothing is due.
    Free {
        /// Where the invoice goes.
        billing_address: Address,
    },
    /// With a card that the provider's vault holds.
    Card {
        /// The vault's name for the card.
        session: String,
        /// Where the invoice goes.
        billing_address: Address,
    },
    /// With a wallet; none is supported.
    Wallet,
}

/// Changes who the buyer is.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn set_buyer(shop: &Shop, key: &CartKey, edit: &BuyerEdit) -> Outcome<Changed, Refusals> {
    let path = Path::root("buyerIdentity");
    let mut refusals = nobody(&edit.customer, edit.company, &path);
    let email = edit.email.as_ref().map(|email| {
        let at = path.key("email");
        let email = email.as_deref();
        email.and_then(|email| check::email(email, &at, &mut refusals))
    });
    if let Some(Some(country)) = &edit.country {
        check::country(country, &path.key("countryCode"), &mut refusals);
    }
    if let Some(Some(preferences)) = &edit.preferences {
        preferences.check(&path.key("preferences"), &mut refusals);
    }
    check::settled(refusals).map_err(Failure::Refused)?;
    let preferences = edit.preferences.as_ref();
    let patch = Patch {
        email,
        country: edit.country.clone(),
        language: edit.language.clone(),
        preferences: preferences
            .map(|given| given.as_ref().map(store::json).transpose())
            .transpose()?,
        customer_id: edit.customer.column(),
        ..Patch::default()
    };
    let now = shop.clock.now();
    let patch = &patch;
    shop.db
        .write(async |conn: &mut Conn| {
            let mut cart = locked(conn, key, now).await?;
            let stays = changes_nobody(&cart, patch);
            let patch = of_cart(edit, patch.clone(), &cart, &path).map_err(Failure::Refused)?;
            if stays {
                reads::fill(conn, &mut cart, &[], now).await?;
            }
            let mut cart = store::patch(conn, cart, &patch, Touch::at(shop, now)).await?;
            // Addresses of the account that the cart leaves went with it.
            if !stays {
                reads::fill(conn, &mut cart, &[], now).await?;
            }
            Ok(Changed {
                cart,
                warnings: Vec::new(),
            })
        })
        .await
}

/// Whether a cart stays whose it is.
fn changes_nobody(cart: &Cart, patch: &Patch) -> bool {
    let before = cart.customer.map(|id| id.value);
    patch.customer_id.is_none_or(|after| after == before)
}

/// A change to who the buyer is, as it is made to this cart: telephone numbers are those of its country.
fn of_cart(
    edit: &BuyerEdit,
    mut patch: Patch,
    cart: &Cart,
    path: &Path,
) -> Result<Patch, Refusals> {
    if let Some(phone) = &edit.phone {
        let country = edit.country.as_ref().unwrap_or(&cart.country).as_deref();
        let mut refusals = Vec::new();
        let at = path.key("phone");
        let phone = phone.as_deref();
        let phone = phone.and_then(|given| check::phone(given, country, &at, &mut refusals));
        check::settled(refusals)?;
        patch.phone = Some(phone);
    }
    // Whoever sends again what the cart has from an account gives nothing of their own.
    let is_the_accounts = changes_nobody(cart, &patch) && cart.given_email.is_none();
    if is_the_accounts && patch.email == Some(cart.email.clone()) {
        patch.email = None;
    }
    Ok(patch)
}

/// Replaces the attributes.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn set_attributes(
    shop: &Shop,
    key: &CartKey,
    attributes: &[Attribute],
) -> Outcome<Changed, Refusals> {
    let mut refusals = Vec::new();
    let attributes = check::attributes(attributes, &Path::root("attributes"), &mut refusals);
    check::settled(refusals).map_err(Failure::Refused)?;
    let patch = Patch {
        attributes: Some(store::json(&attributes)?),
        ..Patch::default()
    };
    apply(shop, key, |_| Ok(patch.clone())).await
}

/// Replaces the buyer's note.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn set_note(shop: &Shop, key: &CartKey, note: &str) -> Outcome<Changed, Refusals> {
    let mut refusals = Vec::new();
    check::note(note, &Path::root("note"), &mut refusals);
    check::settled(refusals).map_err(Failure::Refused)?;
    let patch = Patch {
        note: Some(note.to_owned()),
        ..Patch::default()
    };
    apply(shop, key, |_| Ok(patch.clone())).await
}

/// Replaces the discount codes; one that takes nothing off is kept and warned about. The code of a gift card is
/// money: the cart is paid with the card, or the buyer is warned that it cannot be, and no answer repeats the code.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn set_discount_codes(
    shop: &Shop,
    key: &CartKey,
    codes: &[String],
) -> Outcome<Changed, Refusals> {
    let mut refusals = Vec::new();
    let codes = check::discount_codes(codes, &Path::root("discountCodes"), &mut refusals);
    check::settled(refusals).map_err(Failure::Refused)?;
    let now = shop.clock.now();
    let codes = &codes;
    shop.db
        .write(async |conn: &mut Conn| {
            let mut cart = locked(conn, key, now).await?;
            let (discounts, cards) = told_apart(conn, codes).await?;
            let paid = pay_with_more(conn, &cart, &cards, now).await?;
            reads::fill(conn, &mut cart, &[], now).await?;
            let patch = Patch {
                discount_codes: Some(discounts),
                ..Patch::default()
            };
            let cart = store::patch(conn, cart, &patch, Touch::at(shop, now)).await?;
            let mut warnings = offers::code_warnings(conn, &cart, now).await?;
            warnings.extend(paid);
            Ok(Changed { cart, warnings })
        })
        .await
}

/// Sets or forgets where the invoice goes.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn set_billing_address(
    shop: &Shop,
    key: &CartKey,
    address: Option<&Address>,
) -> Outcome<Changed, Refusals> {
    let path = Path::root("billingAddress");
    let address = address
        .map(|address| billing(address, &path))
        .transpose()
        .map_err(Failure::Refused)?;
    let patch = Patch {
        billing_address: Some(address.as_ref().map(store::json).transpose()?),
        ..Patch::default()
    };
    apply(shop, key, |_| Ok(patch.clone())).await
}

/// Chooses delivery options: pairs of whether the group is the cart's, and the option's handle.
///
/// # Errors
/// The reasons for refusing; then nothing was chosen.
pub async fn set_delivery(
    shop: &Shop,
    key: &CartKey,
    choices: &[(bool, String)],
) -> Outcome<Changed, Refusals> {
    let path = Path::root("selectedDeliveryOptions");
    check::count(choices.len(), &path).map_err(Failure::Refused)?;
    let now = shop.clock.now();
    shop.db
        .write(async |conn: &mut Conn| {
            let mut cart = locked(conn, key, now).await?;
            reads::fill(conn, &mut cart, &[], now).await?;
            let options = reads::delivery_options(conn, &cart).await?;
            let mut refusals = Vec::new();
            let mut code = cart.delivery_code.clone();
            for (index, (known, handle)) in choices.iter().enumerate() {
                let at = path.index(index);
                let option = options.iter().find(|option| option.handle == *handle);
                if !known || options.is_empty() {
                    let message = "the cart has no delivery group with this id";
                    let at = at.key("deliveryGroupId");
                    refusals.push(Refusal::new(Code::InvalidDeliveryGroup, at, message));
                } else if let Some(option) = option {
                    code = Some(option.code.clone());
                } else {
                    let message = "the delivery group has no option with this handle";
                    let at = at.key("deliveryOptionHandle");
                    refusals.push(Refusal::new(Code::InvalidDeliveryOption, at, message));
                }
            }
            check::settled(refusals).map_err(Failure::Refused)?;
            let patch = Patch {
                delivery_code: Some(code),
                ..Patch::default()
            };
            let cart = store::patch(conn, cart, &patch, Touch::at(shop, now)).await?;
            Ok(Changed {
                cart,
                warnings: Vec::new(),
            })
        })
        .await
}

/// Says how the buyer pays. The amount is what the buyer agrees to: the cart can only be bought
/// while its total is exactly that.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn set_payment(
    shop: &Shop,
    key: &CartKey,
    draft: &PaymentDraft,
) -> Outcome<Changed, Refusals> {
    let path = Path::root("payment");
    let refuse =
        |code, at: Path, message: &str| Failure::Refused(vec![Refusal::new(code, at, message)]);
    let (field, session, address) = match &draft.method {
        Some(PaymentMethod::Free { billing_address }) => {
            ("freePaymentMethod", None, billing_address)
        }
        Some(PaymentMethod::Card {
            session,
            billing_address,
        }) => (
            "directPaymentMethod",
            Some(session.clone()),
            billing_address,
        ),
        Some(PaymentMethod::Wallet) => {
            let at = path.key("walletPaymentMethod");
            let message = "wallets are not supported in this shop";
            return Err(refuse(Code::PaymentMethodNotSupported, at, message));
        }
        None => {
            let message = "give exactly one way to pay";
            return Err(refuse(Code::InvalidPayment, path, message));
        }
    };
    let at = path.key(field);
    if session.as_deref().is_some_and(|name| !is_session(name)) {
        let message = "the session is not one of the card vault";
        return Err(refuse(Code::InvalidPayment, at.key("sessionId"), message));
    }
    let address = billing(address, &at.key("billingAddress")).map_err(Failure::Refused)?;
    let address = store::json(&address)?;
    apply(shop, key, |cart| {
        if cart.lines.is_empty() {
            let message = "the cart is empty";
            return Err(vec![Refusal::new(
                Code::InvalidPaymentEmptyCart,
                path.clone(),
                message,
            )]);
        }
        let amount = amount(draft, cart, &path.key("amount"))?;
        Ok(Patch {
            payment_session: Some(session.clone()),
            currency: Some(cart.currency.code().to_owned()),
            payment_method: Some(Some(if session.is_some() { "card" } else { "free" }.into())),
            payment_amount_minor: Some(Some(amount.minor)),
            payment_lines: Some(Some(digest(&cart.lines))),
            billing_address: Some(Some(address.clone())),
            ..Patch::default()
        })
    })
    .await
}

/// Forgets everything that tells who the buyer is.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn forget_buyer(shop: &Shop, key: &CartKey) -> Outcome<Changed, Refusals> {
    let now = shop.clock.now();
    shop.db
        .write(async |conn: &mut Conn| {
            let cart = locked(conn, key, now).await?;
            store::put_addresses(conn, cart.id, &[]).await?;
            store::put_gift_cards(conn, cart.id, &[]).await?;
            metafields::forget(conn, cart.id).await?;
            let patch = Patch {
                email: Some(None),
                phone: Some(None),
                preferences: Some(None),
                note: Some(String::new()),
                attributes: Some(serde_json::Value::Array(Vec::new())),
                delivery_code: Some(None),
                billing_address: Some(None),
                payment_session: Some(None),
                payment_method: Some(None),
                payment_amount_minor: Some(None),
                payment_lines: Some(None),
                customer_id: Some(None),
                ..Patch::default()
            };
            let mut cart = store::patch(conn, cart, &patch, Touch::at(shop, now)).await?;
            reads::fill(conn, &mut cart, &[], now).await?;
            Ok(Changed {
                cart,
                warnings: Vec::new(),
            })
        })
        .await
}

/// A token that names nobody is refused, and so is a company: there are none.
pub(super) fn nobody(customer: &CustomerEdit, company: bool, path: &Path) -> Refusals {
    let mut refusals = Vec::new();
    if let CustomerEdit::Unknown = customer {
        let at = path.key("customerAccessToken");
        let message = "the customer's token is not valid";
        refusals.push(Refusal::new(Code::Invalid, at, message));
    }
    if company {
        let at = path.key("companyLocationId");
        let message = "the company's location does not exist";
        refusals.push(Refusal::new(Code::InvalidCompanyLocation, at, message));
    }
    refusals
}

fn billing(address: &Address, path: &Path) -> Result<Address, Refusals> {
    let mut refusals = Vec::new();
    let address = check::loose_address(address, path, &mut refusals);
    check::settled(refusals)?;
    Ok(address)
}

/// A vault's names: visible ASCII, of a sensible length.
fn is_session(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic())
}

fn amount(draft: &PaymentDraft, cart: &Cart, path: &Path) -> Result<Money, Refusals> {
    let refuse = |field: &str, message: String| {
        vec![Refusal::new(Code::InvalidPayment, path.key(field), message)]
    };
    if draft.currency != cart.currency.code() {
        let message = format!("the cart is in {}", cart.currency);
        return Err(refuse("currencyCode", message));
    }
    let amount = Money::parse(&draft.amount, cart.currency)
        .map_err(|error: MoneyError| refuse("amount", error.to_string()))?;
    if amount.minor < 0 {
        return Err(refuse("amount", "the amount must not be negative".into()));
    }
    Ok(amount)
}

/// Changes columns of a cart and reads the lines for the answer; `patch` sees the cart as it was.
async fn apply<F>(shop: &Shop, key: &CartKey, patch: F) -> Outcome<Changed, Refusals>
where
    F: Fn(&Cart) -> Result<Patch, Refusals> + Sync,
{
    let now = shop.clock.now();
    let patch = &patch;
    shop.db
        .write(async |conn: &mut Conn| {
            let mut cart = locked(conn, key, now).await?;
            reads::fill(conn, &mut cart, &[], now).await?;
            let patch = patch(&cart).map_err(Failure::Refused)?;
            let cart = store::patch(conn, cart, &patch, Touch::at(shop, now)).await?;
            Ok(Changed {
                cart,
                warnings: Vec::new(),
            })
        })
        .await
}
