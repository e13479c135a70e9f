//! Currency codes and the number of decimal places of their minor unit (ISO 4217).

use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency code, three upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// The text was not three letters.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a currency code of three letters, such as USD")]
pub struct NotACurrency(pub String);

impl Currency {
    /// US dollar, the demo shop's currency.
    pub const USD: Self = Self(*b"USD");

    /// The code, such as `EUR`.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// The sign that stands for the currency, if it has one.
    #[must_use]
    pub fn symbol(self) -> Option<&'static str> {
        Some(match &self.0 {
            b"AFN" => "؋",
            b"AMD" => "֏",
            b"AOA" => "Kz",
            b"ARS" | b"AUD" | b"BBD" | b"BMD" | b"BND" | b"BSD" | b"BZD" | b"CAD" | b"CLP"
            | b"COP" | b"DOP" | b"FJD" | b"GYD" | b"HKD" | b"JMD" | b"KYD" | b"LRD" | b"MXN"
            | b"NAD" | b"NZD" | b"SBD" | b"SGD" | b"SRD" | b"TTD" | b"TWD" | b"USD" | b"UYU"
            | b"XCD" => "$",
            b"AZN" => "₼",
            b"BAM" => "KM",
            b"BDT" => "৳",
            b"BOB" | b"VEF" => "Bs",
            b"BRL" => "R$",
            b"BWP" => "P",
            b"CNY" | b"JPY" => "¥",
            b"CRC" => "₡",
            b"CZK" => "Kč",
            b"DKK" | b"ISK" | b"NOK" | b"SEK" => "kr",
            b"EGP" => "E£",
            b"EUR" => "€",
            b"FKP" | b"GBP" | b"GIP" | b"SHP" | b"SSP" | b"SYP" => "£",
            b"GEL" => "₾",
            b"GHS" => "GH₵",
            b"GNF" => "FG",
            b"GTQ" => "Q",
            b"HNL" => "L",
            b"HRK" => "kn",
            b"HUF" => "Ft",
            b"IDR" => "Rp",
            b"ILS" => "₪",
            b"INR" => "₹",
            b"KGS" => "⃀",
            b"KHR" => "៛",
            b"KMF" => "CF",
            b"KRW" => "₩",
            b"KZT" => "₸",
            b"LAK" => "₭",
            b"LBP" => "L£",
            b"LKR" | b"MUR" | b"NPR" | b"PKR" => "Rs",
            b"LTL" => "Lt",
            b"LVL" => "Ls",
            b"MGA" => "Ar",
            b"MMK" => "K",
            b"MNT" => "₮",
            b"MYR" => "RM",
            b"NGN" => "₦",
            b"NIO" => "C$",
            b"PHP" => "₱",
            b"PLN" => "zł",
            b"PYG" => "₲",
            b"RON" => "lei",
            b"RUB" => "₽",
            b"RWF" => "RF",
            b"STN" => "Db",
            b"THB" => "฿",
            b"TOP" => "T$",
            b"TRY" => "₺",
            b"UAH" => "₴",
            b"VND" => "₫",
            b"XAF" => "FCFA",
            b"XOF" => "F CFA",
            b"XPF" => "CFPF",
            b"ZAR" => "R",
            b"ZMW" => "ZK",
            _ => return None,
        })
    }

    /// Decimal places of the minor unit: 2 for most, 0 for JPY, 3 for KWD (ISO 4217, table A.1).
    #[must_use]
    pub fn exponent(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    /// Reads a code in either case.
    ///
    /// ```
    /// use commerce::kernel::Currency;
    /// assert_eq!("usd".parse::<Currency>().unwrap(), Currency::USD);
    /// assert!("dollars".parse::<Currency>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|l| l.is_ascii_alphabetic()) => {
                Ok(Self([a, b, c].map(u8::to_ascii_uppercase)))
            }
            _ => Err(NotACurrency(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
