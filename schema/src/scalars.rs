//! The contract's scalars.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{SecondsFormat, Utc};

macro_rules! text_scalar {
    ($(#[$about:meta])* $name:ident, $graphql:literal, $check:expr, $expected:literal) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub String);

        $(#[$about])*
        #[Scalar(name = $graphql)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                let check: fn(&str) -> bool = $check;
                match value {
                    Value::String(text) if check(&text) => Ok(Self(text)),
                    _ => Err(InputValueError::custom($expected)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

text_scalar!(
    /// A colour as `#` and six hexadecimal digits.
    Color, "Color",
    |text| text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit()),
    "write a colour as # and six hexadecimal digits"
);
text_scalar!(
    /// Text with HTML markup that is safe to show.
    Html, "HTML", |_| true, "write HTML as a text"
);
text_scalar!(
    /// An absolute address of the web.
    Url, "URL",
    |text| text.starts_with("https://") || text.starts_with("http://"),
    "write an absolute URL, such as https://example.com/"
);
text_scalar!(
    /// A date, a time or both, as ISO 8601 writes them.
    Iso8601DateTime, "ISO8601DateTime", |text| !text.is_empty(), "write a date and time as ISO 8601 does"
);

/// A moment in UTC, written `2026-04-01T12:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A moment in UTC, written `2026-04-01T12:00:00Z`.
#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        chrono::DateTime::parse_from_rfc3339(text)
            .map(|moment| Self(moment.to_utc()))
            .map_err(|_| InputValueError::custom("write a time as 2026-04-01T12:00:00Z"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(moment: chrono::DateTime<Utc>) -> Self {
        Self(moment)
    }
}

/// An exact decimal number, carried as a text so that no digit is lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal(pub String);

/// An exact decimal number, carried as a text so that no digit is lost.
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        let unsigned = text.strip_prefix('-').unwrap_or(&text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if is_number(whole) && is_number(fraction) {
            Ok(Self(text))
        } else {
            Err(InputValueError::custom(
                "write a decimal number, such as 19.99",
            ))
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A whole number from 0 to 2⁶⁴ − 1, carried as a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnsignedInt64(pub u64);

/// A whole number from 0 to 2⁶⁴ − 1, carried as a text.
#[Scalar(name = "UnsignedInt64")]
impl ScalarType for UnsignedInt64 {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = match &value {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_u64(),
            _ => None,
        };
        number
            .map(Self)
            .ok_or_else(|| InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Any JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(pub Value);

/// Any JSON value.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_times_are_texts() {
        assert_eq!(Decimal("10.0".into()).to_value(), Value::from("10.0"));
        assert!(Decimal::parse(Value::from("19.99")).is_ok());
        for bad in ["", ".", "1.", "1e3", "--1", "1,5"] {
            assert!(Decimal::parse(Value::from(bad)).is_err(), "{bad}");
        }
        let moment = DateTime::parse(Value::from("2026-04-01T14:00:00+02:00")).unwrap();
        assert_eq!(moment.to_value(), Value::from("2026-04-01T12:00:00Z"));
    }
}
