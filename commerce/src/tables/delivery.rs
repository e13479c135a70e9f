//! Where the shop delivers what, and for how much.

diesel::table! {
    cart_addresses (id) {
        id -> Uuid,
        cart_id -> Uuid,
        address -> Jsonb,
        selected -> Bool,
        one_time_use -> Bool,
        position -> BigInt,
        customer_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    delivery_profile_products (product_id) {
        product_id -> BigInt,
        profile_id -> BigInt,
    }
}

diesel::table! {
    delivery_profiles (id) {
        id -> BigInt,
        name -> Text,
        position -> Integer,
    }
}

diesel::table! {
    delivery_rates (id) {
        id -> BigInt,
        zone_id -> BigInt,
        code -> Text,
        title -> Text,
        description -> Nullable<Text>,
        price_minor -> BigInt,
        currency -> Text,
        free_from_minor -> Nullable<BigInt>,
        position -> Integer,
        method -> Text,
        subtotal_from_minor -> BigInt,
        subtotal_below_minor -> Nullable<BigInt>,
        grams_from -> BigInt,
        grams_below -> Nullable<BigInt>,
    }
}

diesel::table! {
    delivery_zones (id) {
        id -> BigInt,
        name -> Text,
        countries -> Array<Text>,
        provinces -> Array<Text>,
        profile_id -> Nullable<BigInt>,
    }
}
