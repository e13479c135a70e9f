//! What search, recommendations and collections by rules read.

diesel::table! {
    changed_products (id) {
        id -> BigInt,
        product_id -> BigInt,
    }
}

diesel::table! {
    collection_rules (collection_id, position) {
        collection_id -> BigInt,
        position -> SmallInt,
        rule_column -> Text,
        relation -> Text,
        text_value -> Nullable<Text>,
        number_value -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        by_rules -> Bool,
    }
}

diesel::table! {
    facet_values (id) {
        id -> Integer,
        kind -> Text,
        name -> Text,
        label -> Text,
        swatch_color -> Nullable<Text>,
        name_key -> Text,
        label_key -> Text,
    }
}

diesel::table! {
    lexicon (word) {
        word -> Text,
        stem -> Text,
        spellings -> Array<Text>,
        named -> Bool,
        things -> Integer,
    }
}

diesel::table! {
    product_companions (product_id, companion_id) {
        product_id -> BigInt,
        companion_id -> BigInt,
        orders -> Integer,
    }
}

diesel::table! {
    product_offers (product_id) {
        product_id -> BigInt,
        available -> Bool,
        prices -> Array<BigInt>,
        sellable -> Array<Bool>,
        values1 -> Array<Integer>,
        values2 -> Array<Integer>,
        values3 -> Array<Integer>,
    }
}

diesel::table! {
    swatches (id) {
        id -> BigInt,
        option_name -> Text,
        value_name -> Text,
        color -> Nullable<Text>,
        media_id -> Nullable<BigInt>,
        option_key -> Text,
        value_key -> Text,
    }
}
