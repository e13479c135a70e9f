//! What is kept about checkout attempts beside them: which are alive, and with which card each is paid.

diesel::table! {
    live_attempts (attempt_id) {
        attempt_id -> Uuid,
        cart_id -> Uuid,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    payment_cards (attempt_id) {
        attempt_id -> Uuid,
        card_hash -> Bytea,
        session_hash -> Nullable<Bytea>,
        created_at -> Timestamptz,
    }
}
