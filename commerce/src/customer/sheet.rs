//! Customers as rows of a CSV, in and out: what is written reads back as the same.
//!
//! The headings are those of the customer exports that merchants bring along, of today and of before. A row is known by its e-mail
//! address; a column that is missing leaves what it stands for as it is, a blank cell takes it away.

use std::io::Write;

use super::{Customer, Refusals, rules};
use crate::content::columns::FieldColumn;
use crate::content::values::Given;
use crate::kernel::sheet::{Known, Row, Writer, code};
use crate::kernel::{Address, Fault, country};

pub(super) const FIRST_NAME: &str = "First Name";
pub(super) const LAST_NAME: &str = "Last Name";
/// The column that must be there.
pub(super) const EMAIL: &str = "Email";
pub(super) const PHONE: &str = "Phone";
pub(super) const MARKETING: &str = "Accepts Email Marketing";
pub(super) const NOTE: &str = "Note";
pub(super) const TAGS: &str = "Tags";

const COMPANY: &str = "Default Address Company";
const ADDRESS1: &str = "Default Address Address1";
const ADDRESS2: &str = "Default Address Address2";
const CITY: &str = "Default Address City";
const PROVINCE: &str = "Default Address Province Code";
const COUNTRY: &str = "Default Address Country Code";
const ZIP: &str = "Default Address Zip";
const ADDRESS_PHONE: &str = "Default Address Phone";

/// The columns, in the order in which they are written.
pub(super) const COLUMNS: [&str; 15] = [
    FIRST_NAME,
    LAST_NAME,
    EMAIL,
    MARKETING,
    COMPANY,
    ADDRESS1,
    ADDRESS2,
    CITY,
    PROVINCE,
    COUNTRY,
    ZIP,
    ADDRESS_PHONE,
    PHONE,
    NOTE,
    TAGS,
];

/// The headings of older exports. Where one names a province or a country as well as its code, the code counts.
const ALIASES: [(&str, &str); 13] = [
    ("Accepts Marketing", MARKETING),
    ("Company", COMPANY),
    ("Address1", ADDRESS1),
    ("Address2", ADDRESS2),
    ("City", CITY),
    ("Province Code", PROVINCE),
    ("Province", PROVINCE),
    ("Country Code", COUNTRY),
    ("Country", COUNTRY),
    ("Zip", ZIP),
    ("E-mail", EMAIL),
    ("Default Address Province", PROVINCE),
    ("Default Address Country", COUNTRY),
];

/// What a file may have.
pub(super) const KNOWN: Known<'_> = Known {
    columns: &COLUMNS,
    aliases: &ALIASES,
    mandatory: &[EMAIL],
};

const OF_THE_ADDRESS: [&str; 8] = [
    COMPANY,
    ADDRESS1,
    ADDRESS2,
    CITY,
    PROVINCE,
    COUNTRY,
    ZIP,
    ADDRESS_PHONE,
];

const MAX_TAGS: usize = 250;
const MAX_TAG: usize = 255;
const MAX_NOTE: usize = 5_000;

/// A column of a field that the merchant added, with its heading as it is spelt.
pub(super) type Column = (String, FieldColumn);

/// What a row says about a customer; `None` for what its file has no column for.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) email: String,
    pub(super) first_name: Option<Option<String>>,
    pub(super) last_name: Option<Option<String>>,
    pub(super) phone: Option<Option<String>>,
    pub(super) accepts_marketing: Option<bool>,
    pub(super) note: Option<String>,
    pub(super) tags: Option<Vec<String>>,
    /// The default address; an empty one is none of the row's business. What has no column is not in it.
    pub(super) address: Option<Address>,
    /// The parts of the address that have columns.
    pub(super) of_the_address: Vec<Part>,
    /// What it says of fields that the merchant added, in the order of their columns.
    pub(super) fields: Vec<Option<Given>>,
}

/// Reads a row; what is wrong with it is told to the row.
pub(super) fn read(row: &mut Row<'_>, columns: &[Column]) -> Draft {
    let email = checked(row, EMAIL, |given, found| rules::email(given, &[], found));
    let name = |row: &mut Row<'_>, column| {
        let has = row.has(column);
        let name = checked(row, column, |given, found| rules::name(given, &[], found));
        has.then_some(name)
    };
    let (first_name, last_name) = (name(row, FIRST_NAME), name(row, LAST_NAME));
    // A number without a calling code is dialled where its customer lives.
    let home = country::read(&row.text(COUNTRY));
    let phone = checked(row, PHONE, |given, found| {
        let phone = rules::phone(given, home, &[], found);
        for refusal in found {
            refusal.message = "the telephone number is not valid".to_owned();
        }
        phone
    });
    let phone = row.has(PHONE).then_some(phone);
    let accepts_marketing = row.flag(MARKETING);
    let note = row.text(NOTE);
    if note.chars().count() > MAX_NOTE {
        row.refuse(NOTE, format!("is longer than {MAX_NOTE} characters"));
    }
    let tags = tags(row);
    Draft {
        address: address(row),
        of_the_address: parts(row),
        email,
        first_name,
        last_name,
        phone,
        accepts_marketing: row.has(MARKETING).then_some(accepts_marketing),
        note: row.has(NOTE).then_some(note),
        tags: row.has(TAGS).then_some(tags),
        fields: fields(row, columns),
    }
}

fn fields(row: &mut Row<'_>, columns: &[Column]) -> Vec<Option<Given>> {
    let mut values = Vec::with_capacity(columns.len());
    for (name, column) in columns {
        let text = row.text(name);
        values.push(column.read(&text).unwrap_or_else(|reason| {
            row.refuse(name, reason);
            None
        }));
    }
    values
}

/// A cell by the rules that accounts have; their sentences are told about the column.
fn checked<T>(row: &mut Row<'_>, column: &str, rule: impl FnOnce(&str, &mut Refusals) -> T) -> T {
    let text = match column {
        PHONE => row.code(column),
        _ => row.text(column),
    };
    let mut found = Vec::new();
    let read = rule(&text, &mut found);
    for refusal in found {
        row.refuse(column, refusal.message);
    }
    read
}

fn tags(row: &mut Row<'_>) -> Vec<String> {
    let text = row.text(TAGS);
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if tag.chars().count() > MAX_TAG {
            row.refuse(TAGS, format!("a tag is longer than {MAX_TAG} characters"));
        }
        if !tags
            .iter()
            .any(|known| known.to_lowercase() == tag.to_lowercase())
        {
            tags.push(tag.to_owned());
        }
    }
    if tags.len() > MAX_TAGS {
        row.refuse(TAGS, format!("there are more than {MAX_TAGS} tags"));
    }
    tags
}

/// A field of an address.
pub(super) type Part = fn(&mut Address) -> &mut Option<String>;

const PARTS: [(&str, Part); 8] = [
    (COMPANY, |address| &mut address.company),
    (ADDRESS1, |address| &mut address.address1),
    (ADDRESS2, |address| &mut address.address2),
    (CITY, |address| &mut address.city),
    (PROVINCE, |address| &mut address.province),
    (COUNTRY, |address| &mut address.country),
    (ZIP, |address| &mut address.zip),
    (ADDRESS_PHONE, |address| &mut address.phone),
];

/// The parts of the address that the file has columns for.
fn parts(row: &Row<'_>) -> Vec<Part> {
    let parts = PARTS.into_iter().filter(|(column, _)| row.has(column));
    parts.map(|(_, part)| part).collect()
}

/// The default address, without a name.
fn address(row: &mut Row<'_>) -> Option<Address> {
    let cells = OF_THE_ADDRESS.map(|column| match column {
        ZIP | ADDRESS_PHONE => row.code(column),
        _ => row.text(column),
    });
    if cells.iter().all(String::is_empty) {
        return None;
    }
    let [
        company,
        address1,
        address2,
        city,
        province,
        country,
        zip,
        phone,
    ] = cells.map(Some);
    let given = Address {
        first_name: None,
        last_name: None,
        company,
        address1,
        address2,
        city,
        province,
        country,
        zip,
        phone,
    };
    match given.carried() {
        Ok(address) => Some(address),
        Err(faults) => {
            for (field, fault) in faults {
                row.refuse(column(field), fault.to_string());
            }
            None
        }
    }
}

/// The column of an address's field, by its name in the contract.
fn column(field: &str) -> &'static str {
    match field {
        "company" => COMPANY,
        "address1" => ADDRESS1,
        "address2" => ADDRESS2,
        "city" => CITY,
        "provinceCode" => PROVINCE,
        "countryCode" => COUNTRY,
        "zip" => ZIP,
        _ => ADDRESS_PHONE,
    }
}

/// A customer as they are written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) customer: Customer,
    pub(super) note: String,
    pub(super) address: Option<Address>,
}

/// Writes the header.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write_header(
    writer: &mut Writer<impl Write>,
    columns: &[FieldColumn],
) -> Result<(), Fault> {
    let own = COLUMNS.iter().map(|&name| name.to_owned());
    let fields = columns.iter().map(|column| column.heading.to_string());
    writer.write(own.chain(fields))
}

/// Writes a row.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(
    writer: &mut Writer<impl Write>,
    written: Written,
    fields: Vec<String>,
) -> Result<(), Fault> {
    let Written {
        customer,
        note,
        address,
    } = written;
    let address = address.unwrap_or_default();
    let marketing = if customer.accepts_marketing {
        "yes"
    } else {
        "no"
    };
    let tags = customer.tags.join(", ");
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells: [String; COLUMNS.len()] = [
        some(&customer.first_name),
        some(&customer.last_name),
        customer.email,
        marketing.to_owned(),
        some(&address.company),
        some(&address.address1),
        some(&address.address2),
        some(&address.city),
        some(&address.province),
        some(&address.country),
        code(&some(&address.zip)).into_owned(),
        code(&some(&address.phone)).into_owned(),
        code(&some(&customer.phone)).into_owned(),
        note,
        tags,
    ];
    let cells = cells.into_iter().chain(fields);
    writer.write(cells)
}
