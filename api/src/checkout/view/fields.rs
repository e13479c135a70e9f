//! Fields of forms, each with its label, its hint and what is wrong with it.

use maud::{Markup, html};

use crate::checkout::form::{Faults, TOKEN};
use crate::checkout::visit::Visit;
use crate::checkout::words::Words;

/// A line to type into.
#[derive(Clone, Copy, Default)]
pub(in crate::checkout) struct Field<'a> {
    /// Its name in the form, and its id.
    pub(in crate::checkout) name: &'static str,
    /// What is asked for.
    pub(in crate::checkout) label: &'a str,
    /// More about it.
    pub(in crate::checkout) hint: Option<&'a str>,
    /// What stands in it.
    pub(in crate::checkout) value: &'a str,
    /// What browsers may fill in by themselves, as HTML names it.
    pub(in crate::checkout) autocomplete: &'a str,
    /// The type of the input; a text when empty.
    pub(in crate::checkout) kind: &'static str,
    /// Whether it may stay empty.
    pub(in crate::checkout) is_optional: bool,
}

/// Draws a field. The first faulty one of a form has the focus when the page comes.
pub(in crate::checkout) fn line(words: &Words, field: &Field<'_>, faults: &Faults) -> Markup {
    let fault = faults.of(field.name);
    let kind = match field.kind {
        "" => "text",
        kind => kind,
    };
    html! {
        div.field {
            (label(words, field.name, field.label, field.is_optional))
            @if let Some(hint) = field.hint {
                span.hint id=(hint_id(field.name)) { (hint) }
            }
            input id=(field.name) name=(field.name) type=(kind) value=(field.value) maxlength="255"
                autocomplete=(field.autocomplete) required[!field.is_optional]
                aria-invalid=[fault.map(|_| "true")]
                aria-describedby=[described(field.name, field.hint.is_some(), fault.is_some())]
                autofocus[is_first(faults, field.name)];
            (wrong(field.name, fault))
        }
    }
}

/// Draws a list to choose from: values and what stands for them.
pub(in crate::checkout) fn choice(
    words: &Words,
    field: &Field<'_>,
    options: &[(&str, &str)],
    faults: &Faults,
) -> Markup {
    let fault = faults.of(field.name);
    let is_known = options.iter().any(|(value, _)| *value == field.value);
    html! {
        div.field {
            (label(words, field.name, field.label, field.is_optional))
            select id=(field.name) name=(field.name) autocomplete=(field.autocomplete)
                required[!field.is_optional] data-country[field.name == "countryCode"]
                aria-invalid=[fault.map(|_| "true")]
                aria-describedby=[described(field.name, false, fault.is_some())]
                autofocus[is_first(faults, field.name)] {
                @if !is_known || field.is_optional { option value="" { (words.choose) } }
                @for (value, name) in options {
                    option value=(value) selected[*value == field.value] { (name) }
                }
            }
            (wrong(field.name, fault))
        }
    }
}

/// What is wrong with a form, in front of it, with a link to each field.
pub(in crate::checkout) fn errors(
    words: &Words,
    faults: &Faults,
    labels: &[(&str, &str)],
) -> Markup {
    let named = |field: &str| {
        let mut labels = labels.iter();
        labels
            .find(|(name, _)| *name == field)
            .map_or("", |(_, label)| *label)
    };
    html! {
        @if !faults.is_empty() {
            div.box.errors role="alert" {
                h2 { (words.error_title) }
                ul {
                    @for (field, fault) in faults.iter() {
                        li { a href={ "#" (field) } { (named(field)) ": " (fault) } }
                    }
                }
            }
        }
    }
}

/// What makes a form this visit's.
pub(in crate::checkout) fn token(visit: &Visit) -> Markup {
    html! { input type="hidden" name=(TOKEN) value=(visit.token()); }
}

/// Something that the buyer must know before going on.
pub(in crate::checkout) fn notice(text: &str) -> Markup {
    html! { div.box.notice role="status" { p { (text) } } }
}

fn label(words: &Words, name: &str, text: &str, is_optional: bool) -> Markup {
    html! {
        label for=(name) {
            (text)
            @if is_optional { " " span.hint { "(" (words.optional) ")" } }
        }
    }
}

fn wrong(name: &str, fault: Option<&str>) -> Markup {
    html! {
        @if let Some(fault) = fault { span.wrong id=(wrong_id(name)) { (fault) } }
    }
}

fn is_first(faults: &Faults, name: &str) -> bool {
    faults.iter().next().is_some_and(|(field, _)| field == name)
}

fn hint_id(name: &str) -> String {
    format!("{name}-hint")
}

fn wrong_id(name: &str) -> String {
    format!("{name}-wrong")
}

fn described(name: &str, has_hint: bool, is_wrong: bool) -> Option<String> {
    match (has_hint, is_wrong) {
        (false, false) => None,
        (true, false) => Some(hint_id(name)),
        (false, true) => Some(wrong_id(name)),
        (true, true) => Some(format!("{} {}", hint_id(name), wrong_id(name))),
    }
}
