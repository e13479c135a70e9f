//! Films on other sites: what their addresses say.

use url::{Host, Url};

/// A site that shows films.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// Vimeo
    Vimeo,
    /// YouTube
    Youtube,
}

impl Site {
    /// The site that an address leads to, by its host alone.
    #[must_use]
    pub fn of(address: &Url) -> Option<Self> {
        let Some(Host::Domain(name)) = address.host() else {
            return None;
        };
        match name.strip_prefix("www.").unwrap_or(name) {
            "youtube.com" | "m.youtube.com" | "youtube-nocookie.com" | "youtu.be" => {
                Some(Self::Youtube)
            }
            "vimeo.com" | "player.vimeo.com" => Some(Self::Vimeo),
            _ => None,
        }
    }
}

/// A film on another site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Film {
    /// The site.
    pub site: Site,
    /// What the site calls it.
    id: String,
    /// What shows a film that Vimeo does not list.
    secret: Option<String>,
}

impl Film {
    /// The film that an address leads to: its page, its short address, or the page to embed.
    #[must_use]
    pub fn at(address: &str) -> Option<Self> {
        let address = Url::parse(address).ok()?;
        if !matches!(address.scheme(), "https" | "http") {
            return None;
        }
        let site = Site::of(&address)?;
        let parts: Vec<&str> = address.path_segments()?.filter(|p| !p.is_empty()).collect();
        let asked = |name: &str| {
            let mut pairs = address.query_pairs();
            let value = pairs.find_map(|(key, value)| (key == name).then_some(value));
            value.map(std::borrow::Cow::into_owned)
        };
        let (id, secret) = match (site, parts.as_slice()) {
            (Site::Youtube, ["watch"]) => (asked("v")?, None),
            (Site::Youtube, ["embed" | "shorts" | "live" | "v", id]) => ((*id).to_owned(), None),
            (Site::Youtube, [id]) if address.host_str() == Some("youtu.be") => {
                ((*id).to_owned(), None)
            }
            (
                Site::Vimeo,
                ["video", id] | [id] | ["channels", _, id] | ["groups", _, "videos", id],
            ) => ((*id).to_owned(), asked("h")),
            (Site::Vimeo, [id, secret]) => ((*id).to_owned(), Some((*secret).to_owned())),
            _ => return None,
        };
        let is_code = |text: &str| {
            let is_sign = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
            (1..=64).contains(&text.len()) && text.bytes().all(is_sign)
        };
        let is_id = match site {
            Site::Youtube => is_code(&id),
            Site::Vimeo => is_code(&id) && id.bytes().all(|b| b.is_ascii_digit()),
        };
        let is_film = is_id && secret.as_deref().is_none_or(is_code);
        is_film.then_some(Self { site, id, secret })
    }

    /// Where it plays inside another page.
    #[must_use]
    pub fn embed_url(&self) -> String {
        let id = &self.id;
        match (self.site, &self.secret) {
            (Site::Youtube, _) => format!("https://www.youtube.com/embed/{id}"),
            (Site::Vimeo, None) => format!("https://player.vimeo.com/video/{id}"),
            (Site::Vimeo, Some(secret)) => {
                format!("https://player.vimeo.com/video/{id}?h={secret}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedded(address: &str) -> Option<String> {
        Film::at(address).map(|film| film.embed_url())
    }

    #[test]
    fn films_are_known_by_their_addresses() {
        for address in [
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://youtube.com/watch?list=x&v=dQw4w9WgXcQ#t=3",
            "https://m.youtube.com/shorts/dQw4w9WgXcQ",
            "https://youtu.be/dQw4w9WgXcQ?si=abc",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        ] {
            let embed = "https://www.youtube.com/embed/dQw4w9WgXcQ";
            assert_eq!(embedded(address).as_deref(), Some(embed), "{address}");
        }
        for address in [
            "https://vimeo.com/76979871",
            "https://player.vimeo.com/video/76979871",
            "https://vimeo.com/channels/staffpicks/76979871",
        ] {
            let embed = "https://player.vimeo.com/video/76979871";
            assert_eq!(embedded(address).as_deref(), Some(embed), "{address}");
        }
        assert_eq!(
            embedded("https://vimeo.com/76979871/0a1b2c").as_deref(),
            Some("https://player.vimeo.com/video/76979871?h=0a1b2c")
        );
    }

    #[test]
    fn what_only_looks_like_a_film_is_none() {
        for address in [
            "https://vimeo.com.evil.example/76979871",
            "https://evil.example/vimeo.com/76979871",
            "https://youtube.com@evil.example/watch?v=dQw4w9WgXcQ",
            "https://www.youtube.com/watch",
            "https://www.youtube.com/watch?v=",
            "https://www.youtube.com/watch?v=a%22%3E",
            "https://www.youtube.com/@someone",
            "https://vimeo.com/about",
            "https://vimeo.com/",
            "ftp://vimeo.com/76979871",
            "youtu.be/dQw4w9WgXcQ",
        ] {
            assert_eq!(embedded(address), None, "{address}");
        }
    }
}
