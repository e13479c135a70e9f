//! Amounts in minor units. No floats; every operation is checked; shares never lose a cent.

use std::fmt;

use super::Currency;

/// An amount in the minor unit of its currency (cents for USD, yen for JPY).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Money {
    /// Minor units; negative only where a difference is meant.
    pub minor: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

/// Why an amount could not be computed or read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MoneyError {
    /// The result does not fit.
    #[error("the amount is too large")]
    TooLarge,
    /// Two currencies met.
    #[error("{0} and {1} cannot be added")]
    Mixed(Currency, Currency),
    /// The text is not a decimal number, or has more places than the currency.
    #[error(
        "`{text}` is not an amount in {currency}: write digits with at most {places} decimal places, such as {example}"
    )]
    Unreadable {
        /// What was given.
        text: String,
        /// The currency it was read for.
        currency: Currency,
        /// Decimal places that the currency has.
        places: u32,
        /// An amount that would be accepted.
        example: String,
    },
}

impl Money {
    /// An amount of `minor` units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in the given currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] for two currencies, [`MoneyError::TooLarge`] on overflow.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self
            .minor
            .checked_add(other.minor)
            .ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// The amount `quantity` times.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] on overflow.
    pub fn times(self, quantity: i64) -> Result<Self, MoneyError> {
        let minor = self
            .minor
            .checked_mul(quantity)
            .ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// Reads a decimal such as `19.99`, refusing more places than the currency has.
    ///
    /// ```
    /// use commerce::kernel::{Currency, Money};
    /// assert_eq!(Money::parse("19.9", Currency::USD).unwrap().minor, 1990);
    /// assert!(Money::parse("19.999", Currency::USD).is_err());
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::Unreadable`] names the text and gives an example.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let places = currency.exponent();
        let unreadable = || MoneyError::Unreadable {
            text: text.to_owned(),
            currency,
            places,
            // A currency without decimal places shows none.
            example: Self::new(1999, currency)
                .decimal()
                .trim_end_matches(".0")
                .to_owned(),
        };
        let digits = text.trim();
        let (negative, digits) = match digits.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, digits),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let width = usize::try_from(places).unwrap_or(0);
        if whole.is_empty() || !is_number(whole) || !is_number(fraction) || fraction.len() > width {
            return Err(unreadable());
        }
        let minor: i64 = format!("{whole}{fraction:0<width$}")
            .parse()
            .map_err(|_| unreadable())?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The contract's decimal text: no more trailing zeros than one, as in `10.0` and `19.99`.
    ///
    /// ```
    /// use commerce::kernel::{Currency, Money};
    /// assert_eq!(Money::new(1000, Currency::USD).decimal(), "10.0");
    /// assert_eq!(Money::new(-5, Currency::USD).decimal(), "-0.05");
    /// assert_eq!(Money::new(10, "JPY".parse().unwrap()).decimal(), "10.0");
    /// ```
    #[must_use]
    pub fn decimal(&self) -> String {
        let places = usize::try_from(self.currency.exponent()).unwrap_or(0);
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let fraction = fraction.trim_end_matches('0');
        let fraction = if fraction.is_empty() { "0" } else { fraction };
        format!("{sign}{whole}.{fraction}")
    }

    /// Splits the amount over `weights` so that the parts add up to it exactly: each part is
    /// rounded down, then the remainder goes unit by unit to the largest weights, earlier first.
    ///
    /// All parts are zero when all weights are; the amount must not be negative.
    #[must_use]
    pub fn allocate(self, weights: &[u64]) -> Vec<Self> {
        let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        let amount = u128::from(self.minor.max(0).unsigned_abs());
        if sum == 0 {
            return vec![Self::zero(self.currency); weights.len()];
        }
        let mut parts: Vec<u128> = weights
            .iter()
            .map(|w| amount * u128::from(*w) / sum)
            .collect();
        let mut rest = amount - parts.iter().sum::<u128>();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(weights[*i]));
        for index in order {
            if rest == 0 {
                break;
            }
            parts[index] += 1;
            rest -= 1;
        }
        parts
            .into_iter()
            .map(|p| Self::new(i64::try_from(p).unwrap_or(i64::MAX), self.currency))
            .collect()
    }
}

/// For people: all decimal places of the currency, then its code, as in `10.00 USD`.
///
/// ```
/// use commerce::kernel::{Currency, Money};
/// assert_eq!(Money::new(1000, Currency::USD).to_string(), "10.00 USD");
/// assert_eq!(Money::new(-5, Currency::USD).to_string(), "-0.05 USD");
/// assert_eq!(Money::new(500, "JPY".parse().unwrap()).to_string(), "500 JPY");
/// assert_eq!(Money::new(1500, "KWD".parse().unwrap()).to_string(), "1.500 KWD");
/// ```
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::try_from(self.currency.exponent()).unwrap_or(0);
        let decimal = self.decimal();
        let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
        if places == 0 {
            write!(f, "{whole} {}", self.currency)
        } else {
            write!(f, "{whole}.{fraction:0<places$} {}", self.currency)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_whole() {
        let shares = Money::new(100, Currency::USD).allocate(&[1, 1, 1]);
        assert_eq!(
            shares.iter().map(|m| m.minor).collect::<Vec<_>>(),
            [34, 33, 33]
        );
        let shares = Money::new(5, Currency::USD).allocate(&[0, 3, 7]);
        assert_eq!(
            shares.iter().map(|m| m.minor).collect::<Vec<_>>(),
            [0, 1, 4]
        );
    }

    #[test]
    fn reading_keeps_every_cent() {
        let kwd: Currency = "KWD".parse().unwrap();
        assert_eq!(Money::parse("1.234", kwd).unwrap().minor, 1234);
        assert_eq!(Money::parse("500", Currency::USD).unwrap().minor, 50_000);
        for bad in [
            "",
            ".",
            "1,5",
            "1.234",
            "abc",
            "1e3",
            "99999999999999999999",
        ] {
            assert!(Money::parse(bad, Currency::USD).is_err(), "{bad}");
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        let eur: Currency = "EUR".parse().unwrap();
        assert_eq!(
            Money::new(1, eur).plus(Money::new(1, Currency::USD)),
            Err(MoneyError::Mixed(eur, Currency::USD))
        );
    }
}
