//! Customers, what proves their identity, and staff.

diesel::table! {
    customer_access_tokens (token_hash) {
        token_hash -> Bytea,
        customer_id -> Nullable<BigInt>,
        password_version -> Nullable<Integer>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    customer_addresses (id) {
        id -> BigInt,
        customer_id -> BigInt,
        address -> Jsonb,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    customer_link_tokens (token_hash) {
        token_hash -> Bytea,
        kind -> Text,
        customer_id -> Nullable<BigInt>,
        password_version -> Nullable<Integer>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        email -> Nullable<Text>,
    }
}

diesel::table! {
    customer_notices (id) {
        id -> BigInt,
        customer_id -> Nullable<BigInt>,
        kind -> Text,
        email -> Nullable<Text>,
        created_at -> Timestamptz,
        lang -> Nullable<Text>,
    }
}

diesel::table! {
    customer_refresh_tokens (token_hash) {
        token_hash -> Bytea,
        session_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    customer_sessions (id) {
        id -> Uuid,
        customer_id -> Nullable<BigInt>,
        password_version -> Nullable<Integer>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        revoked_for -> Nullable<Text>,
    }
}

diesel::table! {
    customers (id) {
        id -> BigInt,
        email -> Text,
        password_hash -> Nullable<Text>,
        password_version -> Integer,
        state -> Text,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        phone -> Nullable<Text>,
        tags -> Array<Text>,
        note -> Text,
        accepts_marketing -> Bool,
        marketing_decided_at -> Nullable<Timestamptz>,
        default_address_id -> Nullable<BigInt>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        phone_is_shared -> Bool,
    }
}

diesel::table! {
    staff (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        password_hash -> Nullable<Text>,
        active -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    staff_memberships (staff_id, role_id) {
        staff_id -> BigInt,
        role_id -> BigInt,
    }
}

diesel::table! {
    staff_roles (id) {
        id -> BigInt,
        name -> Text,
        scopes -> Array<Text>,
    }
}

diesel::table! {
    erasures (id) {
        id -> BigInt,
        person -> Uuid,
        actor -> Text,
        role -> Text,
        counts -> Jsonb,
        erased_at -> Timestamptz,
    }
}
