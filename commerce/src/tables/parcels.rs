//! Orders, and what was sent, refunded and canceled of them.

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
        idempotency_key -> Nullable<Text>,
        actor -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (key) {
        key -> Text,
        command -> Text,
        order_id -> BigInt,
        request_hash -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    order_cancellations (id) {
        id -> BigInt,
        order_id -> BigInt,
        idempotency_key -> Text,
        is_whole -> Bool,
        reason -> Text,
        staff_note -> Nullable<Text>,
        actor -> Text,
        notify_customer -> Bool,
        refund_id -> Nullable<BigInt>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    order_lines (id) {
        id -> BigInt,
        order_id -> BigInt,
        variant_id -> Nullable<BigInt>,
        title -> Text,
        variant_title -> Text,
        sku -> Nullable<Text>,
        image_url -> Nullable<Text>,
        unit_price_minor -> BigInt,
        quantity -> Integer,
        discount_minor -> BigInt,
        tax_minor -> BigInt,
        requires_shipping -> Bool,
        attributes -> Jsonb,
        removed -> Integer,
        fulfilled -> Integer,
        returned -> Integer,
        allocations -> Jsonb,
        duty_minor -> BigInt,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        number -> BigInt,
        attempt_id -> Nullable<Uuid>,
        cart_id -> Nullable<Uuid>,
        secret_hash -> Bytea,
        email -> Text,
        phone -> Nullable<Text>,
        currency -> Text,
        subtotal_minor -> BigInt,
        discount_minor -> BigInt,
        shipping_minor -> BigInt,
        tax_minor -> BigInt,
        tax_inclusive -> Bool,
        total_minor -> BigInt,
        authorized_minor -> BigInt,
        captured_minor -> BigInt,
        voided_minor -> BigInt,
        refunded_minor -> BigInt,
        fulfillment_status -> Text,
        shipping_address -> Nullable<Jsonb>,
        billing_address -> Nullable<Jsonb>,
        delivery_title -> Nullable<Text>,
        note -> Text,
        attributes -> Jsonb,
        canceled_at -> Nullable<Timestamptz>,
        version -> Integer,
        processed_at -> Timestamptz,
        customer_id -> Nullable<BigInt>,
        discounts -> Jsonb,
        shipping_allocations -> Jsonb,
        gift_card_minor -> BigInt,
        financial_status -> Text,
    }
}

diesel::table! {
    refund_line_items (id) {
        id -> BigInt,
        refund_id -> BigInt,
        order_id -> BigInt,
        order_line_id -> BigInt,
        quantity -> Integer,
        restock_type -> Text,
        was_fulfilled -> Bool,
        location_id -> Nullable<BigInt>,
        discounted_total_minor -> BigInt,
        subtotal_minor -> BigInt,
        tax_minor -> BigInt,
        duty_minor -> BigInt,
    }
}

diesel::table! {
    refund_transactions (id) {
        id -> BigInt,
        refund_id -> BigInt,
        order_id -> BigInt,
        amount_minor -> BigInt,
        currency -> Text,
        operation_id -> Nullable<Uuid>,
        gift_card_entry_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    refunds (id) {
        id -> BigInt,
        order_id -> BigInt,
        idempotency_key -> Text,
        actor -> Text,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
        currency -> Text,
        shipping_minor -> BigInt,
        shipping_tax_minor -> BigInt,
        adjustment_minor -> BigInt,
        total_minor -> BigInt,
        notify -> Bool,
        created_at -> Timestamptz,
    }
}
