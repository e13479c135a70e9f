//! The limit from above: poem and async-graphql answering the product list from memory.

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, SimpleObject};
use poem::listener::TcpListener;
use poem::web::{Data, Json};
use poem::{EndpointExt, Route, handler, post};

#[derive(Clone, SimpleObject)]
struct Money {
    amount: String,
    currency_code: String,
}

#[derive(Clone, SimpleObject)]
struct Image {
    url: String,
    alt_text: String,
    width: i32,
    height: i32,
}

#[derive(Clone, SimpleObject)]
struct SelectedOption {
    name: String,
    value: String,
}

#[derive(Clone, SimpleObject)]
struct Variant {
    id: String,
    title: String,
    price: Money,
    selected_options: Vec<SelectedOption>,
}

#[derive(Clone, SimpleObject)]
struct Variants {
    nodes: Vec<Variant>,
}

#[derive(Clone)]
struct Product(i32);

#[Object]
impl Product {
    async fn id(&self) -> String {
        format!("gid://shopify/Product/{}", self.0)
    }
    async fn handle(&self) -> String {
        format!("product-{}", self.0)
    }
    async fn title(&self) -> String {
        format!("Product {}", self.0)
    }
    async fn featured_image(&self) -> Image {
        Image {
            url: format!("https://cdn.example/product-{}.jpg", self.0),
            alt_text: format!("Product {}", self.0),
            width: 1000,
            height: 1000,
        }
    }
    async fn variants(&self, first: i32) -> Variants {
        let nodes = (0..first.min(5)).map(|number| Variant {
            id: format!("gid://shopify/ProductVariant/{}", self.0 * 5 + number),
            title: format!("Variant {number}"),
            price: Money {
                amount: "19.99".to_owned(),
                currency_code: "USD".to_owned(),
            },
            selected_options: ["Color", "Size"]
                .map(|name| SelectedOption {
                    name: name.to_owned(),
                    value: "Some".to_owned(),
                })
                .to_vec(),
        });
        Variants {
            nodes: nodes.collect(),
        }
    }
}

#[derive(Clone, SimpleObject)]
struct Products {
    nodes: Vec<Product>,
}

struct Query;

#[Object]
impl Query {
    async fn products(&self, first: i32) -> Products {
        Products {
            nodes: (0..first).map(Product).collect(),
        }
    }
}

type BareSchema = Schema<Query, EmptyMutation, EmptySubscription>;

#[handler]
async fn graphql(
    schema: Data<&BareSchema>,
    request: Json<async_graphql::Request>,
) -> Json<async_graphql::Response> {
    Json(schema.execute(request.0).await)
}

/// Serves until it is killed.
pub(crate) async fn serve(address: &str) -> anyhow::Result<()> {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let app = Route::new().at("/graphql", post(graphql)).data(schema);
    poem::Server::new(TcpListener::bind(address))
        .run(app)
        .await?;
    Ok(())
}
