//! What was sent of orders.

diesel::table! {
    fulfillment_lines (fulfillment_id, order_line_id) {
        fulfillment_id -> BigInt,
        order_line_id -> BigInt,
        order_id -> BigInt,
        quantity -> Integer,
    }
}

diesel::table! {
    fulfillments (id) {
        id -> BigInt,
        order_id -> BigInt,
        tracking_company -> Nullable<Text>,
        tracking_number -> Nullable<Text>,
        tracking_url -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}
