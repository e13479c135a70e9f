//! Discounts, gift cards, and who used how much of them; numbers that are sold, and prices for larger ones.

diesel::table! {
    cart_gift_cards (cart_id, gift_card_id) {
        cart_id -> Uuid,
        gift_card_id -> BigInt,
        position -> BigInt,
    }
}

diesel::table! {
    discount_codes (code) {
        discount_id -> BigInt,
        method -> Text,
        code -> Text,
    }
}

diesel::table! {
    discount_customers (discount_id, customer_id) {
        discount_id -> BigInt,
        customer_id -> BigInt,
    }
}

diesel::table! {
    discount_targets (id) {
        id -> BigInt,
        discount_id -> BigInt,
        role -> Text,
        product_id -> Nullable<BigInt>,
        collection_id -> Nullable<BigInt>,
        variant_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    discount_uses (id) {
        id -> BigInt,
        discount_id -> BigInt,
        attempt_id -> Uuid,
        code -> Nullable<Text>,
        amount_minor -> BigInt,
        once -> Bool,
        customer_id -> Nullable<BigInt>,
        email_hash -> Bytea,
        state -> Text,
    }
}

diesel::table! {
    discounts (id) {
        id -> BigInt,
        title -> Text,
        method -> Text,
        class -> Text,
        kind -> Text,
        basis_points -> Nullable<Integer>,
        amount_minor -> Nullable<BigInt>,
        currency -> Text,
        each_piece -> Bool,
        buys_quantity -> Nullable<Integer>,
        gets_quantity -> Nullable<Integer>,
        uses_per_order -> Nullable<Integer>,
        gets_all -> Bool,
        buys_all -> Bool,
        minimum_subtotal_minor -> Nullable<BigInt>,
        minimum_quantity -> Nullable<Integer>,
        maximum_shipping_minor -> Nullable<BigInt>,
        countries -> Array<Text>,
        for_everyone -> Bool,
        customer_tags -> Array<Text>,
        once_per_customer -> Bool,
        usage_limit -> Nullable<Integer>,
        usage_count -> Integer,
        combines_with -> Array<Text>,
        active -> Bool,
        starts_at -> Timestamptz,
        ends_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    gift_card_entries (id) {
        id -> BigInt,
        gift_card_id -> BigInt,
        kind -> Text,
        amount_minor -> BigInt,
        attempt_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    gift_card_holds (id) {
        id -> BigInt,
        gift_card_id -> BigInt,
        attempt_id -> Uuid,
        amount_minor -> BigInt,
        state -> Text,
    }
}

diesel::table! {
    gift_cards (id) {
        id -> BigInt,
        code_hash -> Bytea,
        last_characters -> Text,
        currency -> Text,
        initial_minor -> BigInt,
        balance_minor -> BigInt,
        held_minor -> BigInt,
        note -> Text,
        expires_on -> Nullable<Date>,
        disabled_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        idempotency_key -> Nullable<Text>,
        request_hash -> Nullable<Bytea>,
    }
}

diesel::table! {
    market_prices (market_id, variant_id, minimum) {
        market_id -> BigInt,
        variant_id -> BigInt,
        minimum -> Integer,
        price_minor -> BigInt,
        compare_at_minor -> Nullable<BigInt>,
        currency -> Text,
        one -> Integer,
    }
}

diesel::table! {
    price_breaks (variant_id, minimum) {
        variant_id -> BigInt,
        minimum -> Integer,
        price_minor -> BigInt,
        currency -> Text,
    }
}

diesel::table! {
    quantity_rules (variant_id) {
        variant_id -> BigInt,
        minimum -> Integer,
        maximum -> Nullable<Integer>,
        increment -> Integer,
    }
}
