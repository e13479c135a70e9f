//! What search and recommendations read.

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
