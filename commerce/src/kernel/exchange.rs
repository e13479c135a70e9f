//! What amounts of the shop's currency are in a buyer's: by one rate, in whole steps. No floats.

use super::{Currency, Money};

/// A rate of one, in millionths.
const ONE: i64 = 1_000_000;

/// How prices in a buyer's currency follow from the shop's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Exchange {
    /// The shop's currency.
    pub from: Currency,
    /// The buyer's.
    pub to: Currency,
    /// Major units of `to` for one of `from`, in millionths; above zero.
    pub rate_micros: i64,
    /// Prices are multiples of so many minor units of `to`; above zero.
    pub step_minor: i64,
}

impl Exchange {
    /// Every amount stays what it is.
    #[must_use]
    pub const fn none(currency: Currency) -> Self {
        Self {
            from: currency,
            to: currency,
            rate_micros: ONE,
            step_minor: 1,
        }
    }

    /// Whether every amount stays what it is.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::none(self.from)
    }

    /// An amount of the shop's in the buyer's currency, to the nearest step, a half up. What costs something
    /// costs a step at least. Amounts are not negative.
    #[must_use]
    pub fn minor(&self, own: i64) -> i64 {
        if own <= 0 {
            return own;
        }
        let (times, whole) = self.parts();
        let twice = i128::from(own) * 2 * times;
        let steps = ((twice + whole) / (whole * 2)).max(1);
        let minor = steps.saturating_mul(i128::from(self.step_minor));
        i64::try_from(minor).unwrap_or(i64::MAX)
    }

    /// As [`Exchange::minor`], with the currencies. What is in the buyer's already is what it is.
    #[must_use]
    pub fn money(&self, amount: Money) -> Money {
        if amount.currency == self.to {
            return amount;
        }
        Money::new(self.minor(amount.minor), self.to)
    }

    /// The least amount of the shop's that is worth `minor` or more to the buyer.
    #[must_use]
    pub fn least(&self, minor: i64) -> i64 {
        if minor <= 0 {
            return 0;
        }
        let steps =
            (i128::from(minor) + i128::from(self.step_minor) - 1) / i128::from(self.step_minor);
        if steps < 2 {
            return 1;
        }
        let (times, whole) = self.parts();
        let least = ((steps * 2 - 1) * whole + times * 2 - 1) / (times * 2);
        i64::try_from(least).unwrap_or(i64::MAX)
    }

    /// The most of the shop's that is worth `minor` or less to the buyer.
    #[must_use]
    pub fn most(&self, minor: i64) -> i64 {
        if minor < 0 {
            return minor;
        }
        self.least(minor.saturating_add(1)) - 1
    }

    /// A minor unit of the shop's is so many steps, as a fraction.
    fn parts(&self) -> (i128, i128) {
        let ten = |currency: Currency| 10_i128.pow(currency.exponent());
        let times = i128::from(self.rate_micros.max(1)) * ten(self.to);
        let whole = i128::from(ONE) * ten(self.from) * i128::from(self.step_minor.max(1));
        (times, whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn to(code: &str, rate_micros: i64, step_minor: i64) -> Exchange {
        Exchange {
            from: Currency::USD,
            to: code.parse().unwrap(),
            rate_micros,
            step_minor,
        }
    }

    #[test]
    fn a_half_goes_up_and_steps_are_kept() {
        let euro = to("EUR", 920_000, 1);
        // 0.0092 EUR and 9.1908 EUR; 11.5 cents.
        assert_eq!([1, 999].map(|own| euro.minor(own)), [1, 919]);
        assert_eq!(to("EUR", 500_000, 1).minor(23), 12);
        let franc = to("CHF", 880_000, 5);
        // 8.7912 and 8.8.
        assert_eq!([999, 1_000].map(|own| franc.minor(own)), [880, 880]);
        assert_eq!([0, 1].map(|own| franc.minor(own)), [0, 5]);
    }

    #[test]
    fn minor_units_are_of_their_currency() {
        // 19.99 USD are 3,098.45 yen and 6.137 dinars.
        assert_eq!(to("JPY", 155_000_000, 1).minor(1_999), 3_098);
        assert_eq!(to("JPY", 155_000_000, 100).minor(1_999), 3_100);
        assert_eq!(to("KWD", 307_000, 1).minor(1_999), 6_137);
        assert_eq!(
            Exchange {
                from: "JPY".parse().unwrap(),
                ..to("USD", 6_500, 1)
            }
            .minor(3_000),
            1_950
        );
    }

    #[test]
    fn nothing_overflows() {
        let most = to("KWD", 1_000_000_000_000, 1_000_000_000);
        assert_eq!(most.minor(i64::MAX), i64::MAX);
        assert!(most.least(i64::MAX) > 0);
        assert!(Exchange::none(Currency::USD).is_none() && !most.is_none());
    }

    fn exchanges() -> impl Strategy<Value = Exchange> {
        let codes = prop::sample::select(vec!["USD", "EUR", "JPY", "KWD"]);
        let ends = (codes.clone(), codes);
        (ends, 1_000_i64..=500_000_000, 1_i64..=1_000).prop_map(|((from, code), rate, step)| {
            Exchange {
                from: from.parse().unwrap(),
                ..to(code, rate, step)
            }
        })
    }

    proptest! {
        #[test]
        fn what_costs_more_costs_no_less_elsewhere(by in exchanges(), own in 0_i64..10_000_000, more in 0_i64..10_000) {
            prop_assert!(by.minor(own) <= by.minor(own + more));
            prop_assert_eq!(by.minor(own) % by.step_minor, 0);
            prop_assert_eq!(by.minor(own) == 0, own == 0);
            prop_assert_eq!(Exchange::none(by.from).minor(own), own);
        }

        #[test]
        fn bounds_lead_back(by in exchanges(), minor in 0_i64..10_000_000) {
            let (least, most) = (by.least(minor), by.most(minor));
            prop_assert!(by.minor(least) >= minor && by.minor(most) <= minor);
            prop_assert!(least == 0 || by.minor(least - 1) < minor);
            prop_assert!(by.minor(most + 1) > minor);
        }
    }
}
