//! Forms as browsers send them, and which of them are believed.

use commerce::kernel::Secret;
use poem::{Body, Request};

use super::turned::Turned;
use super::visit::Visit;
use crate::auth;

/// Bytes of a form: an address of the longest fields, each of whose characters takes twelve bytes.
const MOST: usize = 48 * 1024;

/// The field that proves that a form was rendered for whoever holds the cart's cookie.
pub(super) const TOKEN: &str = "token";

/// The fields of a form.
#[derive(Debug)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form of this visit. A form of another page's making has no token that fits the cookie;
    /// besides, browsers say whose page it was.
    pub(super) async fn read(request: &Request, body: Body, visit: &Visit) -> Result<Self, Turned> {
        let own = auth::is_from_ourselves(request.headers(), &visit.public_url);
        let bytes = body.into_bytes_limit(MOST).await;
        let form = match (own, bytes) {
            (true, Ok(bytes)) => Self(url::form_urlencoded::parse(&bytes).into_owned().collect()),
            _ => return Err(visit.forged()),
        };
        // Browsers send it in no field, and nothing that is stored may have it.
        let is_odd = form
            .0
            .iter()
            .any(|(name, value)| name.contains('\0') || value.contains('\0'));
        if is_odd {
            return Err(visit.forged());
        }
        if Secret::new(form.text(TOKEN)).matches(&Secret::new(visit.token()).digest()) {
            Ok(form)
        } else {
            Err(visit.forged())
        }
    }

    /// A field's text, trimmed; empty when there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        let mut fields = self.0.iter();
        fields
            .find(|(field, _)| field == name)
            .map_or("", |(_, value)| value.trim())
    }

    /// A field's text unless it is empty.
    pub(super) fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name).to_owned()).filter(|text| !text.is_empty())
    }

    /// Whether there is such a field: which button was pressed.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }
}

/// What is wrong with fields: their names, and words for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults(Vec<(&'static str, String)>);

impl Faults {
    /// Notes a fault; the first of a field counts.
    pub(super) fn add(&mut self, field: &'static str, words: impl Into<String>) {
        if self.of(field).is_none() {
            self.0.push((field, words.into()));
        }
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        let mut faults = self.0.iter();
        faults
            .find(|(name, _)| *name == field)
            .map(|(_, words)| words.as_str())
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every fault.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(field, words)| (*field, words.as_str()))
    }
}
