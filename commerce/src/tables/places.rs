//! Countries that are sold to alike, and what their states take.

diesel::table! {
    duty_rates (country) {
        country -> Text,
        rate_ppm -> Integer,
        from_minor -> BigInt,
        currency -> Text,
    }
}

diesel::table! {
    market_countries (country) {
        country -> Text,
        market_id -> BigInt,
    }
}

diesel::table! {
    markets (id) {
        id -> BigInt,
        handle -> Text,
        name -> Text,
        for_the_rest -> Bool,
        taxes_included -> Bool,
        currency -> Nullable<Text>,
        own_currency -> Nullable<Text>,
        rate_micros -> Nullable<BigInt>,
        step_minor -> BigInt,
    }
}

diesel::table! {
    tax_rates (id) {
        id -> BigInt,
        country -> Text,
        province -> Nullable<Text>,
        name -> Text,
        rate_ppm -> Integer,
        on_shipping -> Bool,
    }
}
