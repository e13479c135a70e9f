//! The parts of the server, as far as the edge treats them differently.

/// What a path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    /// The GraphQL endpoint: called by browsers of other origins, the only part under load.
    Storefront,
    /// For whoever keeps the process running: never limited, never shed.
    Health,
    /// Pages and everything else.
    Other,
}

impl Surface {
    /// Judges by the path alone, before anything is routed.
    pub(super) fn of(path: &str) -> Self {
        match path {
            "/graphql" => Self::Storefront,
            "/livez" | "/readyz" => Self::Health,
            _ if path.starts_with("/api/") && path.ends_with("/graphql.json") => Self::Storefront,
            _ => Self::Other,
        }
    }

    /// Its name in metrics.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Storefront => "storefront",
            Self::Health => "health",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart() {
        let of = |path| Surface::of(path);
        assert_eq!(of("/graphql"), Surface::Storefront);
        assert_eq!(of("/api/2026-04/graphql.json"), Surface::Storefront);
        assert_eq!(of("/readyz"), Surface::Health);
        assert_eq!(of("/graphql/x"), Surface::Other);
        assert_eq!(of("/api/x"), Surface::Other);
    }
}
