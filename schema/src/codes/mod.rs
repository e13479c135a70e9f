//! Country, language and currency codes, each with its English name.

mod country;
mod currency;
mod language;

pub use country::CountryCode;
pub use currency::CurrencyCode;
pub use language::LanguageCode;

use commerce::kernel::Currency;

/// Declares an enum of codes: the doc comment of a code is its name in English.
macro_rules! codes {
    (
        #[doc = $about:tt]
        $name:ident { $(#[doc = $label:tt] $(#[graphql($($options:tt)*)])? $code:ident,)* }
    ) => {
        #[doc = $about]
        #[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $(#[doc = $label] $(#[graphql($($options)*)])? $code,)* }

        impl $name {
            /// The English name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => $label.trim_ascii(),)* }
            }

            /// The code as the contract writes it.
            #[must_use]
            pub fn code(self) -> &'static str {
                use async_graphql::resolver_utils::EnumType;
                Self::items().iter().find(|item| item.value == self).map_or("", |item| item.name)
            }

            /// The value with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                use async_graphql::resolver_utils::EnumType;
                Self::items().iter().find(|item| item.name == code).map(|item| item.value)
            }
        }
    };
}
use codes;

impl From<Currency> for CurrencyCode {
    /// Codes that the contract does not know become `XXX`.
    fn from(currency: Currency) -> Self {
        if currency == Currency::USD {
            return Self::Usd;
        }
        Self::from_code(currency.code()).unwrap_or(Self::Xxx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_those_that_the_rules_know() {
        use async_graphql::resolver_utils::EnumType;
        let items = CountryCode::items().iter().filter(|item| item.name != "ZZ");
        let mut named: Vec<_> = items.map(|item| (item.name, item.value.name())).collect();
        named.sort_unstable();
        let mut known = commerce::kernel::country::all(None).to_vec();
        known.sort_unstable();
        assert_eq!(named, known);
    }

    #[test]
    fn codes_have_their_names() {
        assert_eq!(CountryCode::from_code("DE"), Some(CountryCode::De));
        assert_eq!(CountryCode::De.name(), "Germany");
        assert_eq!(LanguageCode::PtBr.code(), "PT_BR");
        assert_eq!(CurrencyCode::Eur.symbol(), "€");
        assert_eq!(CurrencyCode::from(Currency::USD), CurrencyCode::Usd);
    }
}
