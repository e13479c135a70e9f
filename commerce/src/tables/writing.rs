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
