//! Blogs, their articles and who writes them.

use commerce::catalog::sanitize;
use commerce::content::draft::{ArticleDraft, AuthorDraft, BlogDraft, CommentDraft};
use serde::Deserialize;

use super::check::Check;
use super::{ImageFile, SeoFile, seo};

/// Tags that an article has at most.
const TAGS: usize = 250;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthorFile {
    handle: String,
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    email: String,
    bio: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlogFile {
    handle: String,
    title: String,
    seo: Option<SeoFile>,
    articles: Vec<ArticleFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArticleFile {
    handle: String,
    title: String,
    author: String,
    body_html: String,
    excerpt_html: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    image: Option<ImageFile>,
    seo: Option<SeoFile>,
    #[serde(default = "yes")]
    published: bool,
    published_at: Option<String>,
    #[serde(default)]
    comments: Vec<CommentFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommentFile {
    author: String,
    body_html: String,
    created_at: String,
}

fn yes() -> bool {
    true
}

/// Who writes the shop's articles.
pub(super) fn authors(files: Vec<AuthorFile>, check: &mut Check) -> Vec<AuthorDraft> {
    check.once("authors", files.iter().map(|file| file.handle.as_str()));
    let draft = |(at, file): (usize, AuthorFile)| {
        let place = format!("authors[{at}]");
        check.handle(&format!("{place}.handle"), &file.handle);
        check.title(&format!("{place}.first_name"), &file.first_name);
        check.short(&format!("{place}.last_name"), &file.last_name);
        check.short(&format!("{place}.email"), &file.email);
        check.long(&format!("{place}.bio"), file.bio.as_deref().unwrap_or(""));
        AuthorDraft {
            handle: file.handle,
            first_name: file.first_name.trim().to_owned(),
            last_name: file.last_name.trim().to_owned(),
            email: file.email,
            bio: file.bio,
        }
    };
    files.into_iter().enumerate().map(draft).collect()
}

/// The shop's blogs.
pub(super) fn blogs(files: Vec<BlogFile>, check: &mut Check) -> Vec<BlogDraft> {
    check.once("blogs", files.iter().map(|file| file.handle.as_str()));
    let draft = |(at, file): (usize, BlogFile)| {
        let place = format!("blogs[{at}]");
        check.handle(&format!("{place}.handle"), &file.handle);
        check.title(&format!("{place}.title"), &file.title);
        let handles = file.articles.iter().map(|article| article.handle.as_str());
        check.once(&format!("{place}.articles"), handles);
        let (seo_title, seo_description) = seo(file.seo);
        let articles = file.articles.into_iter().enumerate();
        BlogDraft {
            handle: file.handle,
            title: file.title,
            seo_title,
            seo_description,
            articles: articles
                .map(|(at, article)| article.draft(&format!("{place}.articles[{at}]"), check))
                .collect(),
        }
    };
    files.into_iter().enumerate().map(draft).collect()
}

impl ArticleFile {
    fn draft(self, place: &str, check: &mut Check) -> ArticleDraft {
        check.handle(&format!("{place}.handle"), &self.handle);
        check.title(&format!("{place}.title"), &self.title);
        check.handle(&format!("{place}.author"), &self.author);
        check.long(&format!("{place}.body_html"), &self.body_html);
        let excerpt = self.excerpt_html.as_deref().unwrap_or("");
        check.long(&format!("{place}.excerpt_html"), excerpt);
        if self.tags.len() > TAGS {
            let reason = format_args!("there are more than {TAGS}");
            check.refuse(&format!("{place}.tags"), reason);
        }
        for tag in &self.tags {
            check.title(&format!("{place}.tags"), tag);
        }
        let (seo_title, seo_description) = seo(self.seo);
        let content_html = sanitize::html(&self.body_html);
        let excerpt_html = self.excerpt_html.map(|html| sanitize::html(&html));
        let image = self.image;
        let published_at = self.published_at;
        let published_at =
            published_at.and_then(|text| check.moment(&format!("{place}.published_at"), &text));
        let comments = self.comments.into_iter().enumerate();
        ArticleDraft {
            handle: self.handle,
            title: self.title,
            author: self.author,
            content: sanitize::text(&content_html),
            content_html,
            excerpt: excerpt_html.as_deref().map(sanitize::text),
            excerpt_html,
            tags: distinct(self.tags),
            image: image.map(|image| image.draft(&format!("{place}.image"), check)),
            seo_title,
            seo_description,
            is_published: self.published,
            published_at,
            comments: comments
                .map(|(at, comment)| comment.draft(&format!("{place}.comments[{at}]"), check))
                .collect(),
        }
    }
}

impl CommentFile {
    fn draft(self, place: &str, check: &mut Check) -> CommentDraft {
        check.title(&format!("{place}.author"), &self.author);
        check.long(&format!("{place}.body_html"), &self.body_html);
        let content_html = sanitize::html(&self.body_html);
        let created_at = check.moment(&format!("{place}.created_at"), &self.created_at);
        CommentDraft {
            author_name: self.author,
            content: sanitize::text(&content_html),
            content_html,
            created_at: created_at.unwrap_or_default(),
        }
    }
}

/// Each tag once, regardless of case.
fn distinct(tags: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        let tag = tag.trim();
        if !kept
            .iter()
            .any(|known| known.to_lowercase() == tag.to_lowercase())
        {
            kept.push(tag.to_owned());
        }
    }
    kept
}
