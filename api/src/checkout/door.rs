//! `GET /cart/c/<cart>?key=<key>`: where `checkoutUrl` leads. The key becomes a cookie, and the browser is
//! sent on to an address without it.

use commerce::Shop;
use commerce::cart::{CartKey, store};
use commerce::content::identity;
use commerce::kernel::Secret;
use poem::http::header;
use poem::web::{Data, Path, Query};
use poem::{IntoResponse, Response, handler};
use uuid::Uuid;

use super::look::Look;
use super::turned::{Answer, go, settle};
use super::visit;

/// What stands behind the `?`; storefronts add parameters of their own, which are ignored.
#[derive(serde::Deserialize)]
pub(super) struct Parameters {
    key: Option<String>,
}

#[handler]
pub(super) async fn enter(
    shop: Data<&Shop>,
    Path(cart): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Response {
    settle(let_in(&shop, &cart, parameters).await)
}

async fn let_in(shop: &Shop, cart: &str, parameters: Parameters) -> Answer {
    let mut conn = shop.db.primary().await?;
    let named = Uuid::try_parse(cart).ok().zip(parameters.key);
    let key = named.map(|(id, key)| CartKey {
        id,
        secret: Secret::new(key),
    });
    let known = match &key {
        Some(key) => store::find(&mut conn, key).await?,
        None => None,
    };
    let cookie = key.as_ref().zip(known).and_then(|(key, cart)| {
        let cookie = visit::keep(key, &shop.settings)?;
        Some((cart.id, cookie))
    });
    let Some((id, cookie)) = cookie else {
        let shop = identity::read(&mut conn).await?;
        return Ok(visit::closed(
            &shop.map_or_else(Look::plain, |s| Look::of(&s)),
        ));
    };
    Ok(go(&format!("/checkout/{id}"))
        .with_header(header::SET_COOKIE, cookie)
        .into_response())
}
