//! In the cart's language, with the shop's name and colours.

use providers::mail::Mailbox;
use serde_json::json;
use tests::factory::words::shop_file;
use tests::sandbox::card;
use tests::till::Till;

use super::{HOME, Walk, filled_by, shop_with};

async fn spoken<'a>(till: &'a Till, cup: &str, place: &str) -> (Walk<'a>, tests::browser::Seen) {
    let input = json!({ "lines": [{ "merchandiseId": cup, "quantity": 1 }] });
    let (cart, url) = filled_by(till, place, input).await;
    Walk::enter(till, cart, &url).await
}

#[tokio::test]
async fn pages_speak_the_carts_language_all_the_way() {
    for (place, lang, words) in [
        (
            "@inContext(language: DE)",
            "de",
            [
                "Angaben",
                "Lieferadresse",
                "Vereinigte Staaten",
                "15,00\u{a0}$ jetzt zahlen",
                "Deine Zahlung ist unterwegs",
                "Vielen Dank!",
                "Test Shop: Bestellung #1001 ist bestätigt",
                "Gesamtsumme: 15,00\u{a0}$",
            ],
        ),
        (
            "@inContext(language: FR)",
            "fr",
            [
                "Informations",
                "Adresse de livraison",
                "États-Unis",
                "Payer 15,00\u{a0}$",
                "Votre paiement est en cours",
                "Merci\u{a0}!",
                "Test Shop\u{a0}: la commande n° 1001 est confirmée",
                "Total: 15,00\u{a0}$",
            ],
        ),
        (
            "@inContext(language: ES)",
            "es",
            [
                "Datos",
                "Dirección de envío",
                "Estados Unidos",
                "Pagar 15,00\u{a0}$",
                "Tu pago está en curso",
                "¡Gracias!",
                "Test Shop: el pedido n.º 1001 está confirmado",
                "Total: 15,00\u{a0}$",
            ],
        ),
        (
            "@inContext(language: JA)",
            "en",
            [
                "Information",
                "Delivery address",
                "United States",
                "Pay $15.00",
                "Your payment is on its way",
                "Thank you!",
                "Test Shop: order #1001 is confirmed",
                "Total: $15.00",
            ],
        ),
    ] {
        let (till, cup) = shop_with(5).await;
        let (walk, page) = spoken(&till, &cup, place).await;
        let lang = format!("<html lang=\"{lang}\">");
        page.shows(&[&lang, words[0], words[1]]);
        let delivery = walk.send(&page, "", &HOME).await;
        delivery.shows(&[&lang, words[2]]);
        let review = walk.to_review(card::APPROVED).await;
        review.shows(&[&lang, words[3]]);
        let waiting = walk.pay(&review).await;
        waiting.shows(&[&lang, words[4]]);
        till.drain().await;
        let thanks = walk.browser.open(&waiting.path).await;
        thanks.shows(&[&lang, words[5]]);
        let mails = Mailbox::new(till.mailbox.path(), String::new());
        let mail = &mails.list().await.unwrap()[0];
        assert_eq!(mail.subject, words[6]);
        assert!(mail.text.contains(words[7]), "{}", mail.text);
    }
}

#[tokio::test]
async fn goods_are_called_what_the_storefront_called_them() {
    let (till, cup) = shop_with(5).await;
    let german = json!({ "translations": [{ "language": "DE", "products": { "cup": { "title": "Tasse" } } }] });
    shop_file(&till.app, &german).await;
    let (walk, page) = spoken(&till, &cup, "@inContext(language: DE)").await;
    page.shows(&["Angaben", ">Tasse<"]);
    let review = walk.to_review(card::APPROVED).await;
    review.shows(&[">Tasse<"]);
    let waiting = walk.pay(&review).await;
    till.drain().await;
    walk.browser
        .open(&waiting.path)
        .await
        .shows(&["Vielen Dank!", ">Tasse<"]);
    // The order keeps it, whatever becomes of the translation.
    let named = "SELECT count(*) FROM order_lines WHERE title = 'Tasse'";
    assert_eq!(till.app.count(named).await, 1);
    till.assert_sound().await;
    let (_, english) = Walk::begin(&till, &cup).await;
    english.shows(&["Information", ">cup<"]);
}

#[tokio::test]
async fn without_a_language_that_of_the_country_is_spoken() {
    let (till, cup) = shop_with(5).await;
    let input = json!({ "lines": [{ "merchandiseId": cup, "quantity": 1 }], "buyerIdentity": { "countryCode": "AT" } });
    let (cart, url) = filled_by(&till, "", input).await;
    let (_, page) = Walk::enter(&till, cart, &url).await;
    page.shows(&["<html lang=\"de\">", "10,00\u{a0}$"]);
}

#[tokio::test]
async fn pages_stand_in_the_shops_name_and_colours() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    page.shows(&[
        "<title>Information – Test Shop</title>",
        ">Test Shop</a>",
        "--brand:#1f2937;--upon:#ffffff",
    ]);
    till.app
        .execute("UPDATE shops SET brand_background = '#2f5e51', brand_foreground = '#fefefe'")
        .await;
    walk.open("")
        .await
        .shows(&["--brand:#2f5e51;--upon:#fefefe;--link:#2f5e51"]);
    let brand = "{ shop { brand { colors { primary { background foreground } secondary { background } } } } }";
    let data = till.ask(brand, json!({})).await;
    assert_eq!(
        data["shop"]["brand"]["colors"],
        json!({ "primary": [{ "background": "#2f5e51", "foreground": "#fefefe" }], "secondary": [] })
    );
}
