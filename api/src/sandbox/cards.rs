//! The cards that the vault takes, and what each of them does.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a test card does when it is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestCard {
    /// Is charged at once.
    Approve,
    /// Is charged at once, and a webhook says so too, twice.
    Notified,
    /// Is declined without a reason.
    Declined,
    /// Is declined for want of money.
    InsufficientFunds,
    /// Is declined until the bank has been called.
    CallIssuer,
    /// The first request goes lost before anything happens; a repetition is approved.
    LostRequest,
    /// Is charged, but the first answer goes lost; a repetition has it, and a webhook comes.
    LostAnswer,
    /// Never answers and never charges.
    Silent,
    /// Is undecided at first and charged a moment later; a webhook says so.
    Late,
    /// Stays undecided until somebody decides through the control routes.
    Held,
    /// The buyer must confirm on a page first.
    Challenge,
    /// Is charged one minor unit too little, as no provider should.
    ShortCharge,
}

impl TestCard {
    /// The sandbox's name for the card: the same in every session, and not its number.
    pub(super) fn fingerprint(self) -> String {
        let digest = Sha256::digest(format!("card {self:?}"));
        hex::encode(&digest[..16])
    }
}

/// Every number that the vault takes.
pub const CARDS: &[(&str, TestCard)] = &[
    ("4242424242424242", TestCard::Approve),
    ("4000000000000077", TestCard::Notified),
    ("4000000000000002", TestCard::Declined),
    ("4000000000009995", TestCard::InsufficientFunds),
    ("4000000000000259", TestCard::CallIssuer),
    ("4000000000000101", TestCard::LostRequest),
    ("4000000000000119", TestCard::LostAnswer),
    ("4000000000000127", TestCard::Silent),
    ("4000000000000135", TestCard::Late),
    ("4000000000000143", TestCard::Held),
    ("4000000000003220", TestCard::Challenge),
    ("4000000000000150", TestCard::ShortCharge),
];

/// The card with this number; white space and hyphens are left out.
pub(super) fn by_number(number: &str) -> Option<TestCard> {
    let digits: String = number.chars().filter(|c| !" -".contains(*c)).collect();
    CARDS
        .iter()
        .find(|(known, _)| *known == digits)
        .map(|(_, card)| *card)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_passes_the_check_that_forms_make() {
        for (number, _) in CARDS {
            let sum: u32 = number
                .chars()
                .rev()
                .filter_map(|c| c.to_digit(10))
                .enumerate()
                .map(|(place, digit)| match (place % 2, digit * 2) {
                    (0, _) => digit,
                    (_, twice) if twice > 9 => twice - 9,
                    (_, twice) => twice,
                })
                .sum();
            assert_eq!(sum % 10, 0, "{number}");
        }
    }
}
