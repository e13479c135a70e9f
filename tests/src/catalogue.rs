//! A catalogue of any size in the merchants' CSV format, the same in every run: for the benchmark,
//! and for measuring the importer.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Titles are made of one of each of these; 10,000 of them are different.
const LOOKS: [&str; 25] = [
    "Amber", "Ashen", "Azure", "Bold", "Bright", "Calm", "Classic", "Crimson", "Dappled", "Dusky",
    "Early", "Faded", "Gentle", "Golden", "Hazel", "Ivory", "Jade", "Lively", "Mellow", "Northern",
    "Olive", "Pearl", "Quiet", "Rustic", "Silver",
];
const MATERIALS: [&str; 20] = [
    "Linen", "Cotton", "Walnut", "Copper", "Leather", "Ceramic", "Bamboo", "Canvas", "Velvet",
    "Granite", "Merino", "Birch", "Brass", "Marble", "Denim", "Rattan", "Glass", "Cork", "Steel",
    "Felt",
];
const KINDS: [&str; 20] = [
    "Shirt", "Lamp", "Mug", "Notebook", "Backpack", "Chair", "Watch", "Tent", "Blanket", "Teapot",
    "Wallet", "Scarf", "Kettle", "Mirror", "Umbrella", "Jacket", "Cushion", "Planter", "Sneaker",
    "Candle",
];
const COLORS: [&str; 6] = ["Navy", "Rust", "Moss", "Sand", "Plum", "Chalk"];
const SIZES: [&str; 5] = ["XS", "S", "M", "L", "XL"];
const VENDORS: [&str; 5] = ["Alder", "Birch", "Cedar", "Dogwood", "Elm"];

/// Writes `products` products with `variants` variants each (at most 30) and three images.
///
/// # Errors
/// Whatever the file system answers.
pub fn write(path: &Path, products: usize, variants: usize) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(
        file,
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,\
         Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,\
         Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
         Variant Fulfillment Service,Variant Price,Variant Compare At Price,\
         Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,\
         Image Alt Text,Gift Card,SEO Title,SEO Description,Variant Image,Variant Weight Unit,\
         Variant Tax Code,Cost per item,Status"
    )?;
    for number in 0..products {
        for variant in 0..variants.clamp(1, COLORS.len() * SIZES.len()) {
            row(&mut file, number, variant)?;
        }
    }
    file.flush()
}

/// The words that a product's title is made of.
#[must_use]
pub fn words(number: usize) -> (&'static str, &'static str, &'static str) {
    (
        LOOKS[number % LOOKS.len()],
        MATERIALS[number / LOOKS.len() % MATERIALS.len()],
        KINDS[number / (LOOKS.len() * MATERIALS.len()) % KINDS.len()],
    )
}

/// All words that titles are made of, as array literals of PostgreSQL: how things look, what they are made of,
/// what they are.
#[must_use]
pub fn arrays() -> [String; 3] {
    [&LOOKS[..], &MATERIALS, &KINDS].map(|words| format!("{{{}}}", words.join(",")))
}

fn row(file: &mut impl Write, number: usize, variant: usize) -> io::Result<()> {
    let (look, material, kind) = words(number);
    let handle = format!("{}-{number}", kind.to_lowercase());
    let (color, size) = (
        COLORS[variant % COLORS.len()],
        SIZES[variant / COLORS.len()],
    );
    let (dollars, cents) = (5 + number * 7 % 190, number * 13 % 100);
    let first = if variant == 0 {
        format!(
            "{look} {material} {kind},\"<p>A <strong>{}</strong> {} for every day, number {number}.</p>\",{},{kind},\
             \"{}, {}\",true,Color",
            COLORS[number % COLORS.len()].to_lowercase(),
            kind.to_lowercase(),
            VENDORS[number % VENDORS.len()],
            kind.to_lowercase(),
            VENDORS[number * 3 % VENDORS.len()].to_lowercase(),
        )
    } else {
        ",,,,,,".to_owned()
    };
    let size_name = if variant == 0 { "Size" } else { "" };
    let image = if variant < 3 {
        let at = variant + 1;
        format!("https://cdn.example/{handle}-{at}.jpg,{at},{kind} {number} from side {at}")
    } else {
        ",,".to_owned()
    };
    writeln!(
        file,
        "{handle},{first},{color},{size_name},{size},,,SKU-{number}-{variant},{},shopify,{},deny,\
         manual,{dollars}.{cents:02},,true,true,,{image},,,,,g,,,",
        100 + number % 900,
        10 + number * 31 % 90,
    )
}
