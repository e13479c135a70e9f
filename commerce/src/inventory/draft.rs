//! What a merchant wants the places to be where things lie.

/// A place where things lie.
#[derive(Clone, Debug, PartialEq)]
pub struct LocationDraft {
    /// Names the place; `main` is where the product CSV's stock lies.
    pub handle: String,
    /// What it is called.
    pub name: String,
    /// Street and number.
    pub address1: Option<String>,
    /// Apartment, floor or building.
    pub address2: Option<String>,
    /// City, town or village.
    pub city: Option<String>,
    /// State, province or region.
    pub province: Option<String>,
    /// The country, two upper-case letters.
    pub country: Option<String>,
    /// The postal code.
    pub zip: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// Degrees north and east.
    pub coordinates: Option<(f64, f64)>,
    /// When buyers may fetch things, in words; they may not where it is missing.
    pub pick_up_time: Option<String>,
    /// Units on the shelf by SKU.
    pub stock: Vec<(String, i32)>,
}
