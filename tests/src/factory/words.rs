//! The shop's own words: pages, menus, policies, and where it delivers.

use api::shop_file::ShopFile;
use commerce::content::draft::{
    BrandDraft, MenuDraft, MenuItemDraft, PageDraft, PolicyDraft, ShopDraft, Target,
};
use commerce::flows::arrange_shop::{Arrangement, arrange_shop};
use commerce::kernel::Currency;
use commerce::shipping::draft::ZoneDraft;

use crate::TestApp;

/// Pages `about`, `contact` and `imprint` (made in this order), policies `privacy` and
/// `subscription`, and a menu `main` of three items, one of them with two below it. The shop
/// delivers to Germany and Austria.
pub async fn words(app: &TestApp) {
    let arrangement = Arrangement {
        shop: Some(ShopDraft {
            name: "Test Shop".to_owned(),
            description: "Sells what tests need.".to_owned(),
            currency: Currency::USD,
            country: "US".to_owned(),
            primary_domain_url: "https://shop.example".to_owned(),
            email: String::new(),
            money_format: None,
            brand: BrandDraft::default(),
        }),
        policies: Some(vec![policy("privacy"), policy("subscription")]),
        zones: Some(vec![ZoneDraft {
            name: "Near".to_owned(),
            countries: vec!["DE".to_owned(), "AT".to_owned()],
            provinces: Vec::new(),
            rates: Vec::new(),
        }]),
        collections: Some(Vec::new()),
        pages: Some(vec![
            page("about", "Zebras"),
            page("contact", "Bears"),
            page("imprint", "Mice"),
        ]),
        menus: Some(vec![menu()]),
        ..Arrangement::default()
    };
    arrange_shop(&app.shop, &arrangement)
        .await
        .expect("arrange the shop");
}

fn policy(kind: &str) -> PolicyDraft {
    PolicyDraft {
        kind: kind.to_owned(),
        handle: format!("{kind}-policy"),
        title: format!("The {kind} policy"),
        body_html: "<p>Text</p>".to_owned(),
    }
}

fn page(handle: &str, title: &str) -> PageDraft {
    PageDraft {
        handle: handle.to_owned(),
        title: title.to_owned(),
        body_html: format!("<p>About {title}</p>"),
        body_summary: format!("About {title}"),
        seo_title: Some(format!("{title}!")),
        seo_description: None,
    }
}

fn menu() -> MenuDraft {
    let item = |title: &str, target, items| MenuItemDraft {
        title: title.to_owned(),
        target,
        items,
    };
    let below = vec![
        item("About", Target::Page("about".to_owned()), Vec::new()),
        item(
            "Privacy",
            Target::Policy("privacy-policy".to_owned()),
            Vec::new(),
        ),
    ];
    MenuDraft {
        handle: "main".to_owned(),
        title: "Main".to_owned(),
        items: vec![
            item("Home", Target::Frontpage, Vec::new()),
            item("Company", Target::Http("/company".to_owned()), below),
            item(
                "Elsewhere",
                Target::Http("https://else.example/x".to_owned()),
                Vec::new(),
            ),
        ],
    }
}

/// Makes the shop what a shop file says.
pub async fn shop_file(app: &TestApp, file: &serde_json::Value) {
    let file = ShopFile::read(&file.to_string()).expect("a shop file");
    let arrangement = file.arrangement(Some(Currency::USD)).expect("no mistakes");
    arrange_shop(&app.shop, &arrangement)
        .await
        .expect("arrange the shop");
}
