//! Blogs and articles through the API.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::{shop_file, words};

/// Blogs `news` (articles `first`, `second`, `third`, and `hidden` and `tomorrow`, which nobody sees)
/// and `empty`, written by Ada Byron and Bo.
fn file() -> Value {
    let article = |handle: &str, title: &str, author: &str, tags: Value, day: &str| {
        json!({
            "handle": handle, "title": title, "author": author, "tags": tags,
            "body_html": format!("<p>About <b>{title}</b></p><p>More</p>"),
            "published_at": format!("2026-01-{day}T08:00:00Z")
        })
    };
    let mut first = article(
        "first",
        "Zebras",
        "ada",
        json!(["Wild", "wild", "Striped"]),
        "03",
    );
    first["excerpt_html"] = json!("<p>Stripes, <i>mostly</i></p>");
    first["image"] = json!({ "src": "https://img.example/z.jpg", "alt": "A zebra" });
    first["seo"] = json!({ "title": "Zebras!", "description": "All of them" });
    first["comments"] = json!([
        { "author": "Cy", "body_html": "<p>Nice <script>x</script>read</p>", "created_at": "2026-02-01T00:00:00Z" },
        { "author": "Di", "body_html": "Agreed", "created_at": "2026-02-02T00:00:00Z" },
        { "author": "Ed", "body_html": "Not so", "created_at": "2026-02-03T00:00:00Z" }
    ]);
    let mut hidden = article("hidden", "Hidden", "bo", json!([]), "01");
    hidden["published"] = json!(false);
    let mut tomorrow = article("tomorrow", "Tomorrow", "bo", json!([]), "01");
    tomorrow["published_at"] = json!("2999-01-01T00:00:00Z");
    json!({
        "authors": [
            { "handle": "bo", "first_name": "Bo" },
            { "handle": "ada", "first_name": "Ada", "last_name": "Byron", "email": "ada@shop.example", "bio": "Counts." }
        ],
        "blogs": [
            { "handle": "news", "title": "News", "seo": { "title": "All news" }, "articles": [
                first,
                article("second", "Ants", "bo", json!(["wild"]), "01"),
                article("third", "Mice", "ada", json!([]), "02"),
                hidden,
                tomorrow
            ] },
            { "handle": "empty", "title": "Bare", "articles": [] }
        ],
        "menus": [{ "handle": "reading", "title": "Reading", "items": [
            { "title": "News", "type": "BLOG", "handle": "news" },
            { "title": "Zebras", "type": "ARTICLE", "handle": "news/first" },
            { "title": "Soon", "type": "ARTICLE", "handle": "news/tomorrow" }
        ] }]
    })
}

async fn app() -> TestApp {
    let app = TestApp::new().await;
    words(&app).await;
    shop_file(&app, &file()).await;
    app
}

#[tokio::test]
async fn an_article_shows_what_it_is() {
    let app = app().await;
    let query = "{ blog(handle: \"news\") { id handle title seo { title description } onlineStoreUrl \
        authors { name email bio } metafield(key: \"a\") { value } \
        articleByHandle(handle: \"first\") { id handle title contentHtml content short: content(truncateAt: 8) \
          excerpt excerptHtml tags publishedAt author { name } authorV2 { firstName lastName name email bio } \
          seo { title description } image { url altText } blog { handle } onlineStoreUrl trackingParameters \
          comments(first: 2) { nodes { id content contentHtml author { name email } } pageInfo { hasNextPage } } } \
        hidden: articleByHandle(handle: \"hidden\") { id } later: articleByHandle(handle: \"tomorrow\") { id } } }";
    let answer = app.graphql(query, json!({})).await;
    let ada = json!({ "name": "Ada Byron", "email": "ada@shop.example", "bio": "Counts." });
    assert_eq!(
        answer.data()["blog"],
        json!({
            "id": "gid://shopify/Blog/1", "handle": "news", "title": "News",
            "seo": { "title": "All news", "description": null }, "onlineStoreUrl": null,
            "authors": [ada, { "name": "Bo", "email": "", "bio": null }], "metafield": null,
            "articleByHandle": {
                "id": "gid://shopify/Article/1", "handle": "first", "title": "Zebras",
                "contentHtml": "<p>About <b>Zebras</b></p><p>More</p>", "content": "About Zebras More",
                "short": "About...", "excerpt": "Stripes, mostly", "excerptHtml": "<p>Stripes, <i>mostly</i></p>",
                "tags": ["Wild", "Striped"], "publishedAt": "2026-01-03T08:00:00Z", "author": { "name": "Ada Byron" },
                "authorV2": { "firstName": "Ada", "lastName": "Byron", "name": "Ada Byron", "email": "ada@shop.example", "bio": "Counts." },
                "seo": { "title": "Zebras!", "description": "All of them" },
                "image": { "url": "https://img.example/z.jpg", "altText": "A zebra" },
                "blog": { "handle": "news" }, "onlineStoreUrl": null, "trackingParameters": null,
                "comments": { "nodes": [
                    { "id": "gid://shopify/Comment/1", "content": "Nice read", "contentHtml": "<p>Nice read</p>", "author": { "name": "Cy", "email": "" } },
                    { "id": "gid://shopify/Comment/2", "content": "Agreed", "contentHtml": "Agreed", "author": { "name": "Di", "email": "" } }
                ], "pageInfo": { "hasNextPage": true } }
            },
            "hidden": null, "later": null
        })
    );
    assert_eq!(
        answer.statements, 8,
        "blog by handle and by id, authors, a metafield, articles, texts, a picture, comments"
    );
}

#[tokio::test]
async fn lists_within_lists_cost_one_statement_each() {
    let app = app().await;
    let query = "{ blogs(first: 5) { nodes { handle articles(first: 5, reverse: true) { nodes { handle content \
        comments(last: 1, reverse: true) { nodes { content } } } } } } }";
    let answer = app.graphql(query, json!({})).await;
    let article = |handle: &str, content: &str, comments: Value| json!({ "handle": handle, "content": content, "comments": { "nodes": comments } });
    assert_eq!(
        answer.data()["blogs"]["nodes"],
        json!([
            { "handle": "news", "articles": { "nodes": [
                article("third", "About Mice More", json!([])),
                article("second", "About Ants More", json!([])),
                article("first", "About Zebras More", json!([{ "content": "Nice read" }]))
            ] } },
            { "handle": "empty", "articles": { "nodes": [] } }
        ])
    );
    assert_eq!(answer.statements, 4, "blogs, articles, texts, comments");
}

/// The titles of a list, walked two at a time from either end.
async fn walk(app: &TestApp, field: &str, arguments: &str, forwards: bool) -> Vec<String> {
    let (size, from, ahead, next) = if forwards {
        ("first", "after", "hasNextPage", "endCursor")
    } else {
        ("last", "before", "hasPreviousPage", "startCursor")
    };
    let query = format!(
        "query ($at: String) {{ {field}({size}: 2, {from}: $at{arguments}) {{ nodes {{ title }} \
         pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let (mut found, mut at) = (Vec::new(), Value::Null);
    loop {
        let answer = app.graphql(&query, json!({ "at": at })).await;
        let page = &answer.data()[field];
        let titles = page["nodes"].as_array().unwrap().iter();
        let mut titles: Vec<String> = titles
            .map(|node| node["title"].as_str().unwrap().to_owned())
            .collect();
        if !forwards {
            titles.reverse();
        }
        found.extend(titles);
        if page["pageInfo"][ahead] == false {
            return found;
        }
        at = page["pageInfo"][next].clone();
    }
}

#[tokio::test]
async fn every_order_is_walked_from_both_ends() {
    let app = app().await;
    for (field, sort, expected) in [
        ("articles", "ID", ["Zebras", "Ants", "Mice"].as_slice()),
        ("articles", "TITLE", &["Ants", "Mice", "Zebras"]),
        ("articles", "PUBLISHED_AT", &["Ants", "Mice", "Zebras"]),
        ("articles", "UPDATED_AT", &["Zebras", "Ants", "Mice"]),
        ("articles", "AUTHOR", &["Zebras", "Mice", "Ants"]),
        ("articles", "BLOG_TITLE", &["Zebras", "Ants", "Mice"]),
        ("articles", "RELEVANCE", &["Zebras", "Ants", "Mice"]),
        ("blogs", "ID", &["News", "Bare"]),
        ("blogs", "TITLE", &["Bare", "News"]),
        ("blogs", "HANDLE", &["Bare", "News"]),
        ("blogs", "RELEVANCE", &["News", "Bare"]),
    ] {
        let mut backwards: Vec<&str> = expected.to_vec();
        backwards.reverse();
        let sort = format!(", sortKey: {sort}");
        let turned = format!("{sort}, reverse: true");
        assert_eq!(
            walk(&app, field, &sort, true).await,
            expected,
            "{field}{sort}"
        );
        assert_eq!(
            walk(&app, field, &sort, false).await,
            backwards,
            "{field}{sort}"
        );
        assert_eq!(
            walk(&app, field, &turned, true).await,
            backwards,
            "{field}{turned}"
        );
        assert_eq!(
            walk(&app, field, &turned, false).await,
            expected,
            "{field}{turned}"
        );
    }
}

#[tokio::test]
async fn queries_select_articles() {
    let app = app().await;
    for (query, expected) in [
        ("tag:wild", ["Zebras", "Ants"].as_slice()),
        ("tag:WILD tag:striped", &["Zebras"]),
        ("tag:str*", &["Zebras"]),
        ("tag_not:wild", &["Mice"]),
        ("author:byron", &["Zebras", "Mice"]),
        ("author:'ada byron'", &["Zebras", "Mice"]),
        ("blog_title:news", &["Zebras", "Ants", "Mice"]),
        ("blog_title:bare", &[]),
        ("updated_at:<2000-01-01", &[]),
        ("created_at:>2026-01-01", &["Zebras", "Mice"]),
        ("title:mice", &["Mice"]),
        ("zebras OR ants", &["Zebras", "Ants"]),
        ("-ants", &["Zebras", "Mice"]),
        ("hidden", &[]),
        ("\\u0000", &["Zebras", "Ants", "Mice"]),
    ] {
        let arguments = format!(", query: \"{query}\"");
        assert_eq!(
            walk(&app, "articles", &arguments, true).await,
            expected,
            "{query}"
        );
    }
    let relevant = ", query: \"zebras OR more\", sortKey: RELEVANCE";
    assert_eq!(walk(&app, "articles", relevant, true).await[0], "Zebras");
}

#[tokio::test]
async fn ids_and_menus_lead_to_articles() {
    let app = app().await;
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } article(id: \"gid://shopify/Article/2\") { title } \
        wrong: article(id: \"gid://shopify/Page/2\") { title } blogByHandle(handle: \"empty\") { title } \
        blog(id: \"gid://shopify/Blog/1\") { title } \
        menu(handle: \"reading\") { items { type url resourceId resource { __typename } } } }";
    let ids = [
        "Blog/1",
        "Article/3",
        "Comment/2",
        "Article/4",
        "Article/5",
        "Comment/9",
    ];
    let ids: Vec<String> = ids.iter().map(|id| format!("gid://shopify/{id}")).collect();
    let answer = app.graphql(query, json!({ "ids": ids })).await;
    let node = |at: usize, name: &str| json!({ "id": ids[at], "__typename": name });
    let item = |kind: &str, path: &str, id: &str, resource: Value| json!({ "type": kind, "url": format!("https://shop.example/blogs/{path}"), "resourceId": format!("gid://shopify/{id}"), "resource": resource });
    assert_eq!(
        answer.data(),
        &json!({
            "nodes": [node(0, "Blog"), node(1, "Article"), node(2, "Comment"), null, null, null],
            "article": { "title": "Ants" }, "wrong": null, "blogByHandle": { "title": "Bare" }, "blog": { "title": "News" },
            "menu": { "items": [
                item("BLOG", "news", "Blog/1", json!({ "__typename": "Blog" })),
                item("ARTICLE", "news/first", "Article/1", json!({ "__typename": "Article" })),
                item("ARTICLE", "news/tomorrow", "Article/5", json!(null))
            ] }
        })
    );
    assert_eq!(
        answer.statements, 7,
        "blogs by id, by handle, articles twice, comments, the menu, the shop"
    );
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let app = app().await;
    let all = "SELECT ('x' || substr(md5(string_agg(x, '|' ORDER BY x)), 1, 15))::bit(60)::bigint FROM ( \
        SELECT t::text FROM blogs t UNION ALL SELECT t::text FROM articles t UNION ALL SELECT t::text FROM article_authors t \
        UNION ALL SELECT t::text FROM article_comments t UNION ALL SELECT t::text FROM media t) AS rows (x)";
    let before = app.count(all).await;
    app.advance(chrono::Duration::hours(1)).await;
    shop_file(&app, &file()).await;
    assert_eq!(app.count(all).await, before);

    let mut changed = file();
    changed["blogs"].as_array_mut().unwrap().pop();
    changed["blogs"][0]["articles"][1]["title"] = json!("Bees");
    changed["blogs"][0]["articles"]
        .as_array_mut()
        .unwrap()
        .remove(2);
    changed["blogs"][0]["articles"][0]["comments"]
        .as_array_mut()
        .unwrap()
        .remove(0);
    shop_file(&app, &changed).await;
    let query = "{ blogs(first: 5) { nodes { id } } articles(first: 5, sortKey: UPDATED_AT, reverse: true) { nodes { id title \
        comments(first: 5) { nodes { id } } } } }";
    let answer = app.graphql(query, json!({})).await;
    let id = |kind: &str, number: i64| json!({ "id": format!("gid://shopify/{kind}/{number}") });
    assert_eq!(
        answer.data(),
        &json!({
            "blogs": { "nodes": [id("Blog", 1)] },
            "articles": { "nodes": [
                { "id": "gid://shopify/Article/2", "title": "Bees", "comments": { "nodes": [] } },
                { "id": "gid://shopify/Article/1", "title": "Zebras", "comments": { "nodes": [id("Comment", 2), id("Comment", 3)] } }
            ] }
        })
    );
}
