//! What callers may spend, and whether they need a token.

use commerce::config::{Profile, Reader};

use crate::graphql::{Budget, Budgets, TokenRule};

/// Whoever shows a token, a server that renders for all its visitors among them: some hundred lists
/// of 24 products a second, and twice the largest cart at once.
const TOKEN: Budget = Budget {
    bucket: 500_000,
    per_second: 50_000,
    maximum: 100_000,
};

/// Anybody else: a browser, or somebody who tries the API out.
const TOKENLESS: Budget = Budget {
    bucket: 100_000,
    per_second: 10_000,
    maximum: 50_000,
};

/// What holds when nothing is set. A developer need not make tokens and has no end of points; what
/// is too dear for production is too dear here, too.
pub(super) fn of_profile(profile: Profile) -> Budgets {
    if profile == Profile::Development {
        let endless = |budget| Budget {
            bucket: 0,
            ..budget
        };
        return Budgets {
            rule: TokenRule::Ignored,
            token: endless(TOKEN),
            tokenless: endless(TOKENLESS),
        };
    }
    Budgets {
        rule: TokenRule::Optional,
        token: TOKEN,
        tokenless: TOKENLESS,
    }
}

/// Reads and checks the variables.
pub(super) fn read(reader: &mut Reader, default: Budgets) -> Budgets {
    let rule = match reader.optional("STOREFRONT_TOKENS").as_deref() {
        None => default.rule,
        Some("optional") => TokenRule::Optional,
        Some("required") => TokenRule::Required,
        Some("ignored") => TokenRule::Ignored,
        Some(other) => {
            let what = format!("`{other}` is not one of optional, required, ignored");
            reader.fault("STOREFRONT_TOKENS", what);
            default.rule
        }
    };
    let token = Budget {
        bucket: reader.parsed("COST_BUCKET", default.token.bucket),
        per_second: reader.parsed("COST_PER_SECOND", default.token.per_second),
        maximum: reader.parsed("COST_MAXIMUM", default.token.maximum),
    };
    let given = default.tokenless;
    let tokenless = Budget {
        bucket: reader.parsed("TOKENLESS_COST_BUCKET", given.bucket),
        per_second: reader.parsed("TOKENLESS_COST_PER_SECOND", given.per_second),
        maximum: reader.parsed("TOKENLESS_COST_MAXIMUM", given.maximum),
    };
    for (prefix, budget) in [("", token), ("TOKENLESS_", tokenless)] {
        if budget.per_second == 0 {
            reader.fault(&format!("{prefix}COST_PER_SECOND"), "must be at least 1");
        }
        if budget.maximum == 0 {
            reader.fault(&format!("{prefix}COST_MAXIMUM"), "must be at least 1");
        }
        if (1..budget.maximum).contains(&budget.bucket) {
            let what = format!(
                "must hold {}COST_MAXIMUM at least, or be 0 for no bucket",
                prefix
            );
            reader.fault(&format!("{prefix}COST_BUCKET"), what);
        }
    }
    Budgets {
        rule,
        token,
        tokenless,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(pairs: &[(&str, &str)]) -> Result<Budgets, Vec<String>> {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::new(pairs);
        let budgets = read(&mut reader, of_profile(Profile::Production));
        reader.finish(budgets).map_err(|faults| faults.0)
    }

    #[test]
    fn production_looks_at_tokens_and_development_does_not() {
        let budgets = read_with(&[]).unwrap();
        assert_eq!((budgets.rule, budgets.token), (TokenRule::Optional, TOKEN));
        let budgets = of_profile(Profile::Development);
        assert_eq!(
            (budgets.rule, budgets.token.bucket),
            (TokenRule::Ignored, 0)
        );
        assert_eq!(budgets.token.maximum, TOKEN.maximum);
    }

    #[test]
    fn a_bucket_that_cannot_hold_the_dearest_operation_is_refused() {
        let faults = read_with(&[
            ("COST_BUCKET", "99999"),
            ("TOKENLESS_COST_PER_SECOND", "0"),
            ("STOREFRONT_TOKENS", "yes"),
        ]);
        assert_eq!(
            faults.unwrap_err(),
            [
                "STOREFRONT_TOKENS: `yes` is not one of optional, required, ignored",
                "COST_BUCKET: must hold COST_MAXIMUM at least, or be 0 for no bucket",
                "TOKENLESS_COST_PER_SECOND: must be at least 1",
            ]
        );
        let endless = read_with(&[("COST_BUCKET", "0"), ("STOREFRONT_TOKENS", "required")]);
        assert_eq!(endless.unwrap().rule, TokenRule::Required);
    }
}
