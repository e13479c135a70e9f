//! The public contract. One folder for each slice of `commerce` of the same name.

pub mod address;
pub mod attribute;
pub mod cart;
pub mod catalog;
pub mod checkout;
pub mod company;
pub mod content;
pub mod customer;
pub mod exchange;
pub(crate) mod interfaces;
pub mod location;
pub mod metafield;
pub mod node;
pub mod order;
pub mod publishing;
pub mod search;
pub mod shop;
pub mod shop_pay;
mod translation;
pub mod unreferenced;
pub mod user_error;

use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};

use async_graphql::registry::Registry;
use async_graphql::{
    EmptySubscription, MergedObject, OutputType, Request, Response, SDLExportOptions,
    SchemaBuilder, ValidationMode,
};

use crate::context::Session;
use crate::cost::Types;
use crate::directives::{AccessRestricted, Defer, InContext};
use crate::spending::{Metering, Spending};
use crate::{errors, limits, null_character, spending};

/// What can be read.
#[derive(MergedObject, Default)]
pub struct QueryRoot(
    cart::CartQuery,
    catalog::CatalogQuery,
    checkout::CheckoutQuery,
    customer::CustomerQuery,
    node::NodeQuery,
    content::ContentQuery,
    content::BlogQuery,
    content::MetaobjectQuery,
    content::SitemapQuery,
    location::LocationQuery,
    shop::RedirectQuery,
    search::SearchQuery,
    shop::ShopQuery,
);

/// What can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    cart::CartMutation,
    cart::CartCompletionPreparation,
    cart::CartMetafieldMutation,
    checkout::CheckoutMutation,
    customer::CustomerMutation,
    shop_pay::ShopPayMutation,
);

/// The storefront's schema.
pub type Schema = async_graphql::Schema<QueryRoot, Mutation, EmptySubscription>;

/// Builds the schema; [`execute`] runs requests on it.
#[must_use]
pub fn build() -> Schema {
    builder().finish()
}

/// Builds the schema for requests that are known to be valid: it does not look whether they are.
#[must_use]
pub fn build_trusting() -> Schema {
    builder().validation_mode(ValidationMode::Fast).finish()
}

/// The same, which suggests no names to those who misspell one: they would tell of the schema.
#[must_use]
pub fn build_without_suggestions() -> Schema {
    builder().disable_suggestions().finish()
}

fn builder() -> SchemaBuilder<QueryRoot, Mutation, EmptySubscription> {
    Schema::build(QueryRoot::default(), Mutation::default(), EmptySubscription)
        .extension(Metering)
        .directive(InContext)
        .directive(Defer)
        .directive(AccessRestricted)
        .register_output_type::<metafield::HasMetafields>()
        .register_output_type::<user_error::DisplayableError>()
        .register_output_type::<publishing::OnlineStorePublishable>()
        .register_output_type::<publishing::Trackable>()
        .limit_recursive_depth(limits::MAX_NESTING)
}

/// The schema's types, as far as costs go.
pub fn types() -> &'static Types {
    static TYPES: LazyLock<Types> = LazyLock::new(|| {
        let mut registry = Registry::default();
        let query = QueryRoot::create_type_info(&mut registry);
        let mutation = Mutation::create_type_info(&mut registry);
        // Fragments may name them although no field leads to them.
        metafield::HasMetafields::create_type_info(&mut registry);
        user_error::DisplayableError::create_type_info(&mut registry);
        publishing::OnlineStorePublishable::create_type_info(&mut registry);
        publishing::Trackable::create_type_info(&mut registry);
        Types::of(&registry, &query, &mutation)
    });
    &TYPES
}

/// The schema in its definition language, in an order of its own.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
        .use_space_ident()
        .indent_width(2);
    build().sdl_with_options(options)
}

/// Runs a request, which takes no more than `spending` allows; what went wrong on our side is logged and hidden.
pub async fn execute(
    schema: &Schema,
    mut request: Request,
    session: Session,
    spending: &Arc<Spending>,
) -> Response {
    let request_id = session.request_id.clone();
    let place = null_character::place(&mut request);
    let mut response = run(schema, request, session, spending).await;
    errors::mask(&mut response.errors, &request_id, place.as_deref());
    response
}

/// Runs a query that may read the replica, as [`execute`] does. `None` when it did and something went wrong on our side:
/// then it has to be run on the primary.
pub async fn execute_on_replica(
    schema: &Schema,
    mut request: Request,
    session: Session,
    spending: &Arc<Spending>,
) -> Option<Response> {
    let (request_id, session) = (session.request_id.clone(), session.on_replica());
    let was_read = session.reads.replica.clone();
    let place = null_character::place(&mut request);
    let mut response = run(schema, request, session, spending).await;
    let was_read = was_read.is_some_and(|was_read| was_read.load(Ordering::Relaxed));
    if was_read && response.errors.iter().any(errors::is_ours) {
        return None;
    }
    errors::mask(&mut response.errors, &request_id, place.as_deref());
    Some(response)
}

async fn run(
    schema: &Schema,
    request: Request,
    session: Session,
    spending: &Arc<Spending>,
) -> Response {
    let session = session.counted(spending);
    let request = request.data(session).data(Arc::clone(spending));
    let mut response = match spending::run(spending, schema.execute(request)).await {
        Ok(response) => response,
        Err(error) => return Response::from_errors(vec![error]),
    };
    // Fields that were left out without a word, because another one says why.
    response.errors.retain(|error| !spending::is_silent(error));
    response.errors.extend(spending.errors());
    interfaces::complete(&mut response.data);
    response
}
