//! The tables as diesel sees them. A test compares them with a migrated database; columns that only
//! SQL text uses (`search`, `xid`, and those of `orders` beyond the 32 that diesel is built for) are left out.

#![expect(missing_docs, reason = "the migrations say what the columns mean")]

mod attempts;
mod delivery;
mod finding;
mod offers;
mod parcels;
mod people;
mod places;
mod writing;

pub use attempts::*;
pub use delivery::*;
pub use finding::*;
pub use offers::*;
pub use parcels::*;
pub use people::*;
pub use places::*;
pub use writing::*;

diesel::table! {
    access_tokens (id) {
        id -> BigInt,
        kind -> Text,
        title -> Text,
        token -> Nullable<Text>,
        token_hash -> Bytea,
        bucket -> Nullable<Integer>,
        per_second -> Nullable<Integer>,
        maximum -> Nullable<Integer>,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    cart_lines (id) {
        id -> Uuid,
        cart_id -> Uuid,
        variant_id -> BigInt,
        quantity -> Integer,
        attributes -> Jsonb,
        merge_key -> Bytea,
        position -> BigInt,
    }
}

diesel::table! {
    carts (id) {
        id -> Uuid,
        secret_hash -> Bytea,
        currency -> Text,
        country -> Nullable<Text>,
        language -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        note -> Text,
        attributes -> Jsonb,
        discount_codes -> Array<Text>,
        delivery_code -> Nullable<Text>,
        billing_address -> Nullable<Jsonb>,
        payment_session -> Nullable<Text>,
        payment_method -> Nullable<Text>,
        payment_amount_minor -> Nullable<BigInt>,
        version -> BigInt,
        state -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        expires_at -> Timestamptz,
        preferences -> Nullable<Jsonb>,
        customer_id -> Nullable<BigInt>,
        payment_lines -> Nullable<Bytea>,
    }
}

diesel::table! {
    checkout_attempts (id) {
        id -> Uuid,
        cart_id -> Uuid,
        cart_version -> BigInt,
        token -> Text,
        snapshot -> Jsonb,
        amount_minor -> BigInt,
        currency -> Text,
        state -> Text,
        failure_code -> Nullable<Text>,
        failure_message -> Nullable<Text>,
        action_url -> Nullable<Text>,
        order_id -> Nullable<BigInt>,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        customer_id -> Nullable<BigInt>,
        client_hash -> Nullable<Bytea>,
        buyer_hash -> Nullable<Bytea>,
    }
}

diesel::table! {
    collection_products (collection_id, product_id) {
        collection_id -> BigInt,
        product_id -> BigInt,
        position -> BigInt,
        by_rules -> Bool,
    }
}

diesel::table! {
    collections (id) {
        id -> BigInt,
        handle -> Text,
        title -> Text,
        title_key -> Text,
        description_html -> Text,
        description -> Text,
        media_id -> Nullable<BigInt>,
        sort_order -> Text,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        published_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        rules_match -> Nullable<Text>,
        by_rules -> Bool,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        topic -> Text,
        subject_id -> Text,
        payload -> Jsonb,
        occurred_at -> Timestamptz,
    }
}

diesel::table! {
    inventory_levels (variant_id, location_id) {
        variant_id -> BigInt,
        location_id -> BigInt,
        on_hand -> BigInt,
        unavailable -> BigInt,
        incoming -> BigInt,
        reserved -> BigInt,
        committed -> BigInt,
        backorder_limit -> Integer,
        deficit_ack -> BigInt,
        available -> Integer,
    }
}

diesel::table! {
    inventory_reservations (id) {
        id -> BigInt,
        attempt_id -> Uuid,
        variant_id -> BigInt,
        location_id -> BigInt,
        quantity -> Integer,
        state -> Text,
        shipped -> Integer,
        restocked -> Integer,
        written_off -> Integer,
        returned -> Integer,
    }
}

diesel::table! {
    job_schedules (name) {
        name -> Text,
        last_slot -> Timestamptz,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        queue -> Text,
        args -> Jsonb,
        state -> Text,
        priority -> SmallInt,
        attempt -> Integer,
        max_attempts -> Integer,
        run_at -> Timestamptz,
        unique_key -> Nullable<Text>,
        locked_by -> Nullable<Text>,
        heartbeat_at -> Nullable<Timestamptz>,
        errors -> Jsonb,
        trace -> Nullable<Text>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        ended_key -> Nullable<Text>,
        given_up -> Bool,
    }
}

diesel::table! {
    locations (id) {
        id -> BigInt,
        name -> Text,
        active -> Bool,
        priority -> Integer,
        handle -> Nullable<Text>,
        name_key -> Text,
        address1 -> Nullable<Text>,
        address2 -> Nullable<Text>,
        city -> Nullable<Text>,
        city_key -> Text,
        province -> Nullable<Text>,
        country -> Nullable<Text>,
        zip -> Nullable<Text>,
        phone -> Nullable<Text>,
        latitude -> Nullable<Float8>,
        longitude -> Nullable<Float8>,
        pick_up_time -> Nullable<Text>,
    }
}

diesel::table! {
    media (id) {
        id -> BigInt,
        kind -> Text,
        url -> Text,
        alt -> Nullable<Text>,
        width -> Nullable<Integer>,
        height -> Nullable<Integer>,
        created_at -> Timestamptz,
        preview_media_id -> Nullable<BigInt>,
        mime_type -> Nullable<Text>,
        bytes -> Nullable<Integer>,
    }
}

diesel::table! {
    menu_items (id) {
        id -> BigInt,
        menu_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        position -> Integer,
        title -> Text,
        tags -> Array<Text>,
        kind -> Text,
        collection_id -> Nullable<BigInt>,
        product_id -> Nullable<BigInt>,
        page_id -> Nullable<BigInt>,
        policy_id -> Nullable<BigInt>,
        url -> Nullable<Text>,
        blog_id -> Nullable<BigInt>,
        article_id -> Nullable<BigInt>,
        metaobject_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    menus (id) {
        id -> BigInt,
        handle -> Text,
        title -> Text,
    }
}

diesel::table! {
    pages (id) {
        id -> BigInt,
        handle -> Text,
        title -> Text,
        title_key -> Text,
        body_html -> Text,
        body_summary -> Text,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        published_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    payment_cursors (provider) {
        provider -> Text,
        cursor -> Text,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    payment_facts (id) {
        id -> BigInt,
        payment_id -> Uuid,
        kind -> Text,
        amount_minor -> BigInt,
        currency -> Text,
        provider -> Text,
        provider_fact_ref -> Text,
        source -> Text,
        occurred_at -> Timestamptz,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    payment_operations (id) {
        id -> Uuid,
        payment_id -> Uuid,
        kind -> Text,
        amount_minor -> BigInt,
        state -> Text,
        first_sent_at -> Nullable<Timestamptz>,
        failure_code -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        by_merchant -> Bool,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    payments (id) {
        id -> Uuid,
        attempt_id -> Uuid,
        provider -> Text,
        provider_ref -> Nullable<Text>,
        amount_minor -> BigInt,
        currency -> Text,
        authorized_minor -> BigInt,
        captured_minor -> BigInt,
        voided_minor -> BigInt,
        refunded_minor -> BigInt,
        created_at -> Timestamptz,
        reported_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    product_media (product_id, media_id) {
        product_id -> BigInt,
        media_id -> BigInt,
        position -> Integer,
        by_file -> Bool,
    }
}

diesel::table! {
    product_option_values (id) {
        id -> BigInt,
        option_id -> BigInt,
        product_id -> BigInt,
        name -> Text,
        position -> SmallInt,
        swatch_color -> Nullable<Text>,
    }
}

diesel::table! {
    product_options (id) {
        id -> BigInt,
        product_id -> BigInt,
        name -> Text,
        position -> SmallInt,
    }
}

diesel::table! {
    products (id) {
        id -> BigInt,
        handle -> Text,
        title -> Text,
        title_key -> Text,
        description_html -> Text,
        description -> Text,
        vendor -> Text,
        product_type -> Text,
        tags -> Array<Text>,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        is_gift_card -> Bool,
        status -> Text,
        published_at -> Nullable<Timestamptz>,
        price_min_minor -> BigInt,
        price_max_minor -> BigInt,
        compare_at_min_minor -> Nullable<BigInt>,
        compare_at_max_minor -> Nullable<BigInt>,
        units_sold -> BigInt,
        version -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        tags_key -> Array<Text>,
        featured_media_id -> Nullable<BigInt>,
        option_names -> Array<Text>,
        facets -> Array<Integer>,
        carried -> Jsonb,
    }
}

diesel::table! {
    shop_policies (id) {
        id -> BigInt,
        kind -> Text,
        handle -> Text,
        title -> Text,
        body_html -> Text,
    }
}

diesel::table! {
    shops (id) {
        id -> BigInt,
        name -> Text,
        description -> Text,
        currency -> Text,
        country -> Text,
        primary_domain_url -> Text,
        money_format -> Text,
        email -> Text,
        updated_at -> Timestamptz,
        brand_background -> Nullable<Text>,
        brand_foreground -> Nullable<Text>,
        brand_secondary_background -> Nullable<Text>,
        brand_secondary_foreground -> Nullable<Text>,
        brand_slogan -> Nullable<Text>,
        brand_short_description -> Nullable<Text>,
        brand_logo_id -> Nullable<BigInt>,
        brand_square_logo_id -> Nullable<BigInt>,
        brand_cover_id -> Nullable<BigInt>,
        own_money_format -> Nullable<Text>,
        time_zone -> Text,
    }
}

diesel::table! {
    variants (id) {
        id -> BigInt,
        product_id -> BigInt,
        position -> Integer,
        title -> Text,
        sku -> Nullable<Text>,
        barcode -> Nullable<Text>,
        value1_id -> Nullable<BigInt>,
        value2_id -> Nullable<BigInt>,
        value3_id -> Nullable<BigInt>,
        price_minor -> BigInt,
        compare_at_minor -> Nullable<BigInt>,
        currency -> Text,
        media_id -> Nullable<BigInt>,
        requires_shipping -> Bool,
        taxable -> Bool,
        grams -> Integer,
        weight_unit -> Text,
        cost_minor -> Nullable<BigInt>,
        inventory_tracked -> Bool,
        inventory_policy -> Text,
        deleted_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        option_values -> Array<Text>,
        carried -> Jsonb,
        measure_thousandths -> Nullable<BigInt>,
        measure_unit -> Nullable<Text>,
        reference_value -> Nullable<Integer>,
        reference_unit -> Nullable<Text>,
    }
}

diesel::table! {
    unapplied_payment_reports (id) {
        id -> BigInt,
        provider -> Text,
        reference -> Text,
        payment_id -> Nullable<Uuid>,
        reason -> Text,
        detail -> Text,
        report -> Jsonb,
        tries -> Integer,
        created_at -> Timestamptz,
        tried_at -> Timestamptz,
        resolved_at -> Nullable<Timestamptz>,
        resolution -> Nullable<Text>,
    }
}

diesel::table! {
    webhook_inbox (provider, event_id) {
        provider -> Text,
        event_id -> Text,
        kind -> Text,
        body -> Bytea,
        received_at -> Timestamptz,
        processed_at -> Nullable<Timestamptz>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    article_authors,
    article_comments,
    articles,
    blogs,
    cart_addresses,
    cart_gift_cards,
    cart_lines,
    cart_metafields,
    carts,
    checkout_attempts,
    collection_products,
    collections,
    customer_access_tokens,
    customer_addresses,
    customer_link_tokens,
    customer_notices,
    customer_refresh_tokens,
    customer_sessions,
    customers,
    delivery_profile_products,
    delivery_profiles,
    delivery_rates,
    delivery_zones,
    discount_codes,
    discount_customers,
    discount_targets,
    discount_uses,
    discounts,
    duty_rates,
    events,
    files,
    fulfillment_lines,
    fulfillments,
    gift_card_entries,
    gift_card_holds,
    gift_cards,
    idempotency_keys,
    inventory_levels,
    inventory_reservations,
    job_schedules,
    jobs,
    live_attempts,
    locations,
    market_countries,
    market_prices,
    markets,
    media,
    menu_items,
    menus,
    metafields,
    metaobject_definitions,
    metaobject_fields,
    metaobjects,
    order_cancellations,
    order_lines,
    orders,
    pages,
    payment_cards,
    payment_cursors,
    payment_facts,
    payment_operations,
    payments,
    price_breaks,
    product_media,
    product_option_values,
    product_options,
    products,
    quantity_rules,
    refund_line_items,
    refund_transactions,
    refunds,
    shop_policies,
    shops,
    staff,
    staff_memberships,
    staff_roles,
    tax_rates,
    translations,
    unapplied_payment_reports,
    url_redirects,
    variants,
    webhook_inbox,
);
