//! What the merchant writes at length.

diesel::table! {
    article_authors (id) {
        id -> BigInt,
        handle -> Text,
        first_name -> Text,
        last_name -> Text,
        name_key -> Text,
        email -> Text,
        bio -> Nullable<Text>,
    }
}

diesel::table! {
    article_comments (id) {
        id -> BigInt,
        article_id -> BigInt,
        author_name -> Text,
        content_html -> Text,
        content -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    articles (id) {
        id -> BigInt,
        blog_id -> BigInt,
        handle -> Text,
        title -> Text,
        title_key -> Text,
        author_id -> BigInt,
        content_html -> Text,
        content -> Text,
        excerpt_html -> Nullable<Text>,
        excerpt -> Nullable<Text>,
        tags -> Array<Text>,
        tags_key -> Array<Text>,
        media_id -> Nullable<BigInt>,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        published_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    blogs (id) {
        id -> BigInt,
        handle -> Text,
        handle_key -> Text,
        title -> Text,
        title_key -> Text,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    files (id) {
        id -> BigInt,
        handle -> Text,
        kind -> Text,
        media_id -> Nullable<BigInt>,
        url -> Text,
        alt -> Nullable<Text>,
        mime_type -> Nullable<Text>,
        bytes -> Nullable<Integer>,
    }
}

diesel::table! {
    cart_metafields (id) {
        id -> BigInt,
        cart_id -> Uuid,
        namespace -> Text,
        key -> Text,
        kind -> Text,
        value -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    metafield_definitions (owner_kind, namespace, key) {
        owner_kind -> Text,
        namespace -> Text,
        key -> Text,
        name -> Nullable<Text>,
        kind -> Nullable<Text>,
        is_column -> Bool,
    }
}

diesel::table! {
    metafields (id) {
        id -> BigInt,
        owner_kind -> Text,
        owner_id -> BigInt,
        namespace -> Text,
        key -> Text,
        kind -> Text,
        value -> Text,
        description -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        product_id -> Nullable<BigInt>,
        variant_id -> Nullable<BigInt>,
        collection_id -> Nullable<BigInt>,
        page_id -> Nullable<BigInt>,
        blog_id -> Nullable<BigInt>,
        article_id -> Nullable<BigInt>,
        location_id -> Nullable<BigInt>,
        shop_id -> Nullable<BigInt>,
        customer_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    metaobject_definitions (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        renderable -> Bool,
        seo_title_key -> Nullable<Text>,
        seo_description_key -> Nullable<Text>,
        url_handle -> Nullable<Text>,
    }
}

diesel::table! {
    metaobject_fields (definition_id, key) {
        definition_id -> BigInt,
        key -> Text,
        kind -> Text,
        position -> Integer,
    }
}

diesel::table! {
    metaobjects (id) {
        id -> BigInt,
        definition_id -> BigInt,
        handle -> Text,
        fields -> Jsonb,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    translations (kind, language, resource_id) {
        kind -> Text,
        language -> Text,
        resource_id -> BigInt,
        fields -> Jsonb,
    }
}

diesel::table! {
    url_redirects (id) {
        id -> BigInt,
        path -> Text,
        path_key -> Text,
        target -> Text,
        target_key -> Text,
        created_at -> Timestamptz,
        path_form -> Text,
        target_form -> Text,
    }
}
