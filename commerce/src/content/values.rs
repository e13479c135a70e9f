//! The types of what merchants add: which there are, and what may stand in each.

use serde_json::Value;
use url::Url;

use crate::kernel::Gid;

/// Bytes of one value.
const LARGEST: usize = 100_000;

/// Entries of a list.
const LONGEST: usize = 250;

/// What a reference leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// An article, named `blog/article`.
    Article,
    /// A collection, by its handle.
    Collection,
    /// A file, by its handle in the shop file.
    File,
    /// A metaobject, named `type/handle`.
    Metaobject,
    /// A page, by its handle.
    Page,
    /// A product, by its handle.
    Product,
    /// A variant, by its SKU.
    Variant,
}

/// A type of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueType {
    base: Base,
    is_list: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Boolean,
    Color,
    Date,
    DateTime,
    Integer,
    Decimal,
    Line,
    Lines,
    Url,
    Json,
    /// JSON with these members.
    Object(&'static [&'static str]),
    Reference(Target),
}

/// A value as the shop file has it, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The text that is kept.
    Text(String),
    /// The name of what the value leads to.
    One(Target, String),
    /// The names of all that it leads to.
    Many(Target, Vec<String>),
}

const TYPES: &[(&str, Base)] = &[
    ("boolean", Base::Boolean),
    ("color", Base::Color),
    ("date", Base::Date),
    ("date_time", Base::DateTime),
    ("dimension", Base::Object(&["unit", "value"])),
    ("id", Base::Line),
    ("json", Base::Json),
    ("language", Base::Line),
    ("link", Base::Object(&["text", "url"])),
    ("money", Base::Object(&["amount", "currency_code"])),
    ("multi_line_text_field", Base::Lines),
    ("number_decimal", Base::Decimal),
    ("number_integer", Base::Integer),
    ("rating", Base::Object(&["scale_max", "scale_min", "value"])),
    ("rich_text_field", Base::Object(&["children", "type"])),
    ("single_line_text_field", Base::Line),
    ("url", Base::Url),
    ("volume", Base::Object(&["unit", "value"])),
    ("weight", Base::Object(&["unit", "value"])),
    ("article_reference", Base::Reference(Target::Article)),
    ("collection_reference", Base::Reference(Target::Collection)),
    ("file_reference", Base::Reference(Target::File)),
    ("metaobject_reference", Base::Reference(Target::Metaobject)),
    ("page_reference", Base::Reference(Target::Page)),
    ("product_reference", Base::Reference(Target::Product)),
    ("variant_reference", Base::Reference(Target::Variant)),
];

impl ValueType {
    /// Reads a type's name, such as `product_reference` or `list.number_integer`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (base, is_list) = match name.strip_prefix("list.") {
            Some(base) => (base, true),
            None => (name, false),
        };
        let (_, base) = TYPES.iter().find(|(known, _)| *known == base)?;
        Some(Self {
            base: *base,
            is_list,
        })
    }

    /// Whether values lead to things.
    #[must_use]
    pub fn is_reference(self) -> bool {
        matches!(self.base, Base::Reference(_))
    }

    /// Whether values are lists.
    #[must_use]
    pub fn is_list(self) -> bool {
        self.is_list
    }

    /// Whether values are texts, of one line or of more.
    #[must_use]
    pub fn is_text(self) -> bool {
        !self.is_list && matches!(self.base, Base::Line | Base::Lines)
    }

    /// Whether values are true or false.
    pub(super) fn is_boolean(self) -> bool {
        !self.is_list && self.base == Base::Boolean
    }

    /// Checks a value; texts, numbers and truth values may be written as such or as texts.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(self, value: &Value) -> Result<Given, String> {
        let given = if self.is_list {
            let Value::Array(entries) = value else {
                return Err("is not a list".to_owned());
            };
            if entries.len() > LONGEST {
                return Err(format!("has more than {LONGEST} entries"));
            }
            self.base.read_list(entries)?
        } else if let Base::Reference(target) = self.base {
            Given::One(target, name(value)?)
        } else {
            Given::Text(self.base.read(value)?)
        };
        match &given {
            Given::Text(text) if text.len() > LARGEST => {
                Err(format!("has more than {LARGEST} bytes"))
            }
            Given::Text(text) if text.contains('\0') => Err("contains a NUL character".to_owned()),
            _ => Ok(given),
        }
    }
}

impl ValueType {
    /// Checks a value as clients write it: a text, lists as JSON, and what it leads to by its id.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn check(self, text: &str) -> Result<(), String> {
        let leads = |target: Target, id: &Value| match id.as_str() {
            Some(id) if target.has_id(id) => Ok(()),
            _ => Err(format!(
                "is not the id of a {}",
                target.kinds().join(" or a ")
            )),
        };
        let value = Value::String(text.to_owned());
        match (self.is_list, self.base) {
            (false, Base::Reference(target)) => leads(target, &value),
            (false, _) => self.read(&value).map(drop),
            (true, base) => {
                let entries: Vec<Value> =
                    serde_json::from_str(text).map_err(|_| "is not a list in JSON".to_owned())?;
                if let Base::Reference(target) = base {
                    entries.iter().try_for_each(|id| leads(target, id))?;
                }
                self.read(&Value::Array(entries)).map(drop)
            }
        }
    }
}

impl Target {
    /// Whether a text is the id of such a thing.
    #[must_use]
    pub fn has_id(self, text: &str) -> bool {
        Gid::parse(text)
            .is_some_and(|gid| self.kinds().contains(&gid.kind) && gid.number().is_some())
    }

    /// What its ids are called.
    fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Article => &["Article"],
            Self::Collection => &["Collection"],
            Self::File => &["MediaImage", "Video", "Model3d", "GenericFile"],
            Self::Metaobject => &["Metaobject"],
            Self::Page => &["Page"],
            Self::Product => &["Product"],
            Self::Variant => &["ProductVariant"],
        }
    }
}

fn name(value: &Value) -> Result<String, String> {
    match value {
        Value::String(name) if !name.is_empty() && !name.contains('\0') => Ok(name.clone()),
        _ => Err("does not name what it leads to".to_owned()),
    }
}

impl Base {
    fn read_list(self, entries: &[Value]) -> Result<Given, String> {
        if let Self::Reference(target) = self {
            let names: Result<Vec<String>, String> = entries.iter().map(name).collect();
            return Ok(Given::Many(target, names?));
        }
        let mut kept = Vec::with_capacity(entries.len());
        for entry in entries {
            let text = self.read(entry)?;
            kept.push(match self {
                Self::Boolean | Self::Integer | Self::Json | Self::Object(_) => {
                    serde_json::from_str(&text).unwrap_or(Value::String(text))
                }
                _ => Value::String(text),
            });
        }
        Ok(Given::Text(Value::Array(kept).to_string()))
    }

    /// The text that is kept of a single value.
    fn read(self, value: &Value) -> Result<String, String> {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let fits = match self {
            Self::Boolean => matches!(text.as_str(), "true" | "false"),
            Self::Color => is_color(&text),
            Self::Date => text.parse::<chrono::NaiveDate>().is_ok(),
            Self::DateTime => {
                chrono::DateTime::parse_from_rfc3339(&text).is_ok()
                    || text.parse::<chrono::NaiveDateTime>().is_ok()
            }
            Self::Integer => text.parse::<i64>().is_ok(),
            Self::Decimal => is_decimal(&text),
            Self::Line => value.is_string() && !text.contains(['\n', '\r']),
            Self::Lines => value.is_string(),
            Self::Url => Url::parse(&text).is_ok_and(|url| {
                matches!(url.scheme(), "https" | "http" | "mailto" | "tel" | "sms")
            }),
            Self::Json => serde_json::from_str::<Value>(&text).is_ok(),
            Self::Object(members) => serde_json::from_str::<Value>(&text)
                .is_ok_and(|object| members.iter().all(|member| object.get(member).is_some())),
            Self::Reference(_) => false,
        };
        if fits {
            return Ok(text);
        }
        Err(match self {
            Self::Boolean => "is neither true nor false".to_owned(),
            Self::Color => "is not a colour such as #2f5e51".to_owned(),
            Self::Date => "is not a date such as 2026-04-01".to_owned(),
            Self::DateTime => "is not a time such as 2026-04-01T08:00:00Z".to_owned(),
            Self::Integer => "is not a whole number".to_owned(),
            Self::Decimal => "is not a number such as 1.5".to_owned(),
            Self::Line => "is not a text of one line".to_owned(),
            Self::Lines => "is not a text".to_owned(),
            Self::Url => "is not an absolute address".to_owned(),
            Self::Json | Self::Reference(_) => "is not JSON".to_owned(),
            Self::Object(members) => format!("is not JSON with {}", members.join(", ")),
        })
    }
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or("");
    digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(fraction)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: &str, value: &Value) -> Result<Given, String> {
        ValueType::parse(kind).unwrap().read(value)
    }

    #[test]
    fn every_type_takes_what_it_is_for_and_nothing_else() {
        for (kind, good, bad) in [
            ("boolean", json!(true), json!("yes")),
            ("color", json!("#00ff00"), json!("green")),
            ("date", json!("2026-04-01"), json!("1 April")),
            (
                "date_time",
                json!("2026-04-01T08:00:00Z"),
                json!("8 o'clock"),
            ),
            (
                "dimension",
                json!({ "unit": "cm", "value": 2 }),
                json!({ "unit": "cm" }),
            ),
            ("json", json!({ "a": [1] }), json!("{")),
            ("link", json!({ "text": "a", "url": "b" }), json!("a")),
            (
                "money",
                json!({ "amount": "1.0", "currency_code": "USD" }),
                json!(1),
            ),
            ("number_decimal", json!("1.5"), json!("1,5")),
            ("number_integer", json!(7), json!(7.5)),
            (
                "rating",
                json!({ "value": "4", "scale_min": "1", "scale_max": "5" }),
                json!(4),
            ),
            (
                "rich_text_field",
                json!({ "type": "root", "children": [] }),
                json!("text"),
            ),
            ("single_line_text_field", json!("a"), json!("a\nb")),
            ("multi_line_text_field", json!("a\nb"), json!(7)),
            ("url", json!("https://a.example/"), json!("a.example")),
            ("product_reference", json!("mug"), json!(7)),
            ("list.number_integer", json!([1, 2]), json!([1, "x"])),
            ("list.product_reference", json!(["mug"]), json!([""])),
        ] {
            assert!(read(kind, &good).is_ok(), "{kind} {good}");
            assert!(read(kind, &bad).is_err(), "{kind} {bad}");
        }
        assert_eq!(ValueType::parse("customer_reference"), None);
        assert_eq!(ValueType::parse("list.list.json"), None);
    }

    #[test]
    fn clients_write_texts_and_ids() {
        for (kind, good, bad) in [
            ("boolean", "true", "yes"),
            ("list.number_integer", "[1,2]", "1,2"),
            ("list.color", "[\"#00ff00\"]", "[\"green\"]"),
            ("product_reference", "gid://shopify/Product/1", "mug"),
            (
                "file_reference",
                "gid://shopify/Video/1",
                "gid://shopify/Product/1",
            ),
            (
                "list.page_reference",
                "[\"gid://shopify/Page/1\"]",
                "[\"gid://shopify/Page/a\"]",
            ),
        ] {
            let kind = ValueType::parse(kind).unwrap();
            assert_eq!(kind.check(good), Ok(()), "{good}");
            assert!(kind.check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_kept_is_a_text() {
        let text = |text: &str| Ok(Given::Text(text.to_owned()));
        assert_eq!(read("number_integer", &json!(7)), text("7"));
        assert_eq!(read("json", &json!({ "a": 1 })), text("{\"a\":1}"));
        assert_eq!(read("list.number_integer", &json!(["1", 2])), text("[1,2]"));
        assert_eq!(
            read("list.single_line_text_field", &json!(["1"])),
            text("[\"1\"]")
        );
        assert_eq!(
            read("list.page_reference", &json!(["a", "b"])),
            Ok(Given::Many(Target::Page, vec!["a".into(), "b".into()]))
        );
    }
}
