//! The sandbox's own memory: what happened to money, whatever the shop believes.

use std::collections::BTreeMap;
use std::path::Path;

/// Our names of the payments that the provider's facts of one kind (`captured`, `refunded`) are
/// about, one for each fact. A line of the ledger repeats the facts of its charge, so they are told
/// apart by their ids.
///
/// # Errors
/// When the file cannot be read.
pub fn facts(ledger: &Path, kind: &str) -> std::io::Result<Vec<String>> {
    let text = std::fs::read_to_string(ledger)?;
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for line in text.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        let record = &entry["charge"]["record"];
        for fact in record["facts"].as_array().into_iter().flatten() {
            let is_wanted = fact["kind"] == kind;
            if let (true, Some(id), Some(payment)) =
                (is_wanted, fact["id"].as_str(), record["payment"].as_str())
            {
                found.insert(id.to_owned(), payment.to_owned());
            }
        }
    }
    Ok(found.into_values().collect())
}
