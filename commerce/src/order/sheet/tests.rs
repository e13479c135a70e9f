use super::*;
use crate::kernel::sheet::Writer;

const HEADER: &str = "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,\
    Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Refunded Amount,Outstanding Balance,Lineitem discount\n";

fn told(rows: &str) -> Told {
    read(
        format!("{HEADER}{rows}").as_bytes(),
        Currency::USD,
        TimeZone::UTC,
    )
}

fn reasons(rows: &str) -> Vec<String> {
    let told = told(rows);
    assert_eq!(told.orders, []);
    told.refusals.iter().map(ToString::to_string).collect()
}

#[test]
fn lines_come_together_and_the_discount_is_shared_by_what_they_cost() {
    let rows = "#1001,ada@mail.example,paid,USD,25.00,5.00,0.00,30.00,WELCOME,5.00,2024-02-29 23:30:00 -0500,2,Cup - Blue,10.00,CUP,,,\n\
                #1001,ada@mail.example,,,,,,,,,,1,Plate,10.00,,,,1.00\n";
    let told = told(rows);
    assert_eq!(told.refusals, []);
    let [order] = &told.orders[..] else {
        panic!("{told:?}");
    };
    assert_eq!((order.number, order.line), (Some(1001), 2));
    assert_eq!(order.placed_at.to_rfc3339(), "2024-03-01T04:30:00+00:00");
    assert_eq!((order.subtotal.minor, order.discount.minor), (3_000, 500));
    // 1.00 is named, and 4.00 shared between 20.00 and the 9.00 that are left of the plate.
    let discounts: Vec<i64> = order.lines.iter().map(|line| line.discount.minor).collect();
    assert_eq!(discounts, [276, 224]);
    assert_eq!(order.paid.captured, 3_000);
}

#[test]
fn taxes_are_within_the_total_or_on_top_of_it() {
    let row = |total: &str| {
        format!("#7,a@b.example,,,10.00,0.00,1.90,{total},,,2024-01-01T00:00:00Z,1,Cup,10.00,,,,\n")
    };
    assert!(told(&row("10.00")).orders[0].tax_inclusive);
    assert!(!told(&row("11.90")).orders[0].tax_inclusive);
    let reason =
        "2: Total: 11.00 USD is not what goods, delivery, taxes and duties add up to, 11.90 USD";
    assert_eq!(reasons(&row("11.00")), [reason]);
}

#[test]
fn a_status_says_what_was_paid() {
    let paid = |status: &str, refunded: &str, outstanding: &str| {
        let row = format!(
            "#7,a@b.example,{status},,,,,10.00,,,2024-01-01T00:00:00Z,1,Cup,10.00,,{refunded},{outstanding},\n"
        );
        let told = told(&row);
        assert_eq!(told.refusals, []);
        let Paid {
            authorized,
            captured,
            voided,
            refunded,
        } = told.orders[0].paid;
        [authorized, captured, voided, refunded]
    };
    assert_eq!(paid("paid", "", ""), [1_000, 1_000, 0, 0]);
    assert_eq!(paid("pending", "", ""), [0, 0, 0, 0]);
    assert_eq!(paid("authorized", "", ""), [1_000, 0, 0, 0]);
    assert_eq!(paid("voided", "", ""), [1_000, 0, 1_000, 0]);
    assert_eq!(paid("partially_paid", "", "4.00"), [600, 600, 0, 0]);
    assert_eq!(
        paid("partially_refunded", "2.50", ""),
        [1_000, 1_000, 0, 250]
    );
    assert_eq!(paid("refunded", "", ""), [1_000, 1_000, 0, 1_000]);
}

#[test]
fn an_order_that_is_wrong_anywhere_is_refused_as_a_whole() {
    let rows = "#1,nobody,odd,EUR,,,,1.00,,,yesterday,-1,,x,,,,\n\
                #1,nobody,,,,,,,,,,1,Cup,1.00,,,,\n\
                ,a@b.example,,,,,,,,,,1,Cup,,,,,2.00\n\
                #3,a@b.example,partially_paid,,,,,1.00,,,2024-01-01T00:00:00Z,1,Cup,1.00,,,,\n\
                #4,a@b.example,odd,,,,,1.00,,,2024-01-01T00:00:00Z,1,Cup,1.00,,,,\n\
                #5,a@b.example,,,2.00,,,2.00,,,2024-01-01T00:00:00Z,1,Cup,1.00,,,,\n";
    assert_eq!(
        reasons(rows),
        [
            "2: Email: is not an e-mail address",
            "2: Currency: `EUR` is not the shop's currency, USD",
            "2: Created at: `yesterday` is not a moment such as 2026-01-31 12:00:00 -0500",
            "2: Lineitem name: must have 1 to 1000 characters",
            "2: Lineitem quantity: `-1` is not a whole number from 0 on",
            "2: Lineitem price: `x` is not an amount in USD: write digits with at most 2 decimal places, such as 19.99",
            "4: Name: must have 1 to 255 characters",
            "4: Created at: is missing",
            "4: Total: is missing",
            "4: Lineitem price: is missing",
            "4: Lineitem discount: is more than the line costs",
            "5: Outstanding Balance: is missing for an order that is partially_paid",
            "6: Financial Status: `odd` is none of paid, pending, authorized, voided, partially_paid, refunded or partially_refunded",
            "7: Subtotal: 2.00 USD is more than the lines cost, 1.00 USD",
        ]
    );
}

#[test]
fn what_is_written_reads_back_as_the_same() {
    let rows = "#1001,ada@mail.example,refunded,USD,25.00,5.00,2.00,32.00,WELCOME,5.00,2024-02-29 23:30:00 -0500,2,Cup - Blue,10.00,CUP,,,\n\
                #1001,ada@mail.example,,,,,,,,,,1,Plate,10.00,,,,1.00\n";
    let first = told(rows).orders;
    let mut written: Vec<u8> = Vec::new();
    let mut writer = Writer::new(&mut written);
    writer.write(COLUMNS).unwrap();
    for row in super::rows(&first[0], "America/New_York".parse().unwrap()) {
        writer.write(row).unwrap();
    }
    writer.finish().unwrap();
    // Times are written as the shop's clocks show them.
    let text = String::from_utf8(written.clone()).unwrap();
    assert!(text.contains(",2024-02-29 23:30:00 -0500,"), "{text}");
    let again = read(written.as_slice(), Currency::USD, TimeZone::UTC);
    assert_eq!(again.refusals, []);
    assert_eq!(again.orders, first);
}

#[test]
fn a_time_without_an_offset_is_the_shops() {
    let row = |at: &str| format!("{HEADER}#7,a@b.example,,,,,,10.00,,,{at},1,Cup,10.00,,,,\n");
    let zone: TimeZone = "Asia/Tokyo".parse().unwrap();
    for at in [
        "2024-01-02 03:00:00",
        "2024-01-02T03:00",
        "2024-01-02 03:00:00 +0900",
    ] {
        let told = read(row(at).as_bytes(), Currency::USD, zone);
        assert_eq!(told.refusals, [], "{at}");
        let placed = told.orders[0].placed_at.to_rfc3339();
        assert_eq!(placed, "2024-01-01T18:00:00+00:00", "{at}");
    }
}

#[test]
fn names_stay_texts_and_have_a_number_where_they_have_one() {
    let number = |name: &str| {
        let row = format!("{name},a@b.example,,,,,,1.00,,,2024-01-01T00:00:00Z,1,Cup,1.00,,,,\n");
        let told = told(&row);
        assert_eq!(told.refusals, []);
        (told.orders[0].name.clone(), told.orders[0].number)
    };
    for (name, expected) in [
        ("#1007", Some(1_007)),
        ("EU-1007-DE", Some(1_007)),
        ("#1007-F1", None),
        ("2024-0001", None),
        ("Gift for Ada", None),
        ("#20240115001", None),
    ] {
        assert_eq!(number(name), (name.to_owned(), expected));
    }
    assert_eq!(number("'#1007").0, "#1007");
}

#[test]
fn orders_without_an_address_and_lines_without_pieces_are_read() {
    let rows = "#1,,paid,,10.00,,,10.00,,,2024-01-01T00:00:00Z,0,Gone,99.00,,,,\n\
                #1,,,,,,,,,,,1,Cup,10.00,'0012,,,\n\
                #2,,refunded,,0.00,,,0.00,,,2024-01-01T00:00:00Z,0,Gone,99.00,,,,\n\
                ,,,,,,,,,,,,,,,,,\n";
    let told = told(rows);
    assert_eq!(told.refusals, []);
    let [first, second] = &told.orders[..] else {
        panic!("{told:?}");
    };
    assert_eq!(first.email, "");
    let lines: Vec<_> = first
        .lines
        .iter()
        .map(|line| (line.title.as_str(), line.sku.as_deref()))
        .collect();
    assert_eq!(lines, [("Cup", Some("0012"))]);
    assert_eq!(second.lines, []);
    // Nothing is left of it, and its row says so.
    assert_eq!(super::rows(second, TimeZone::UTC).len(), 1);
}

#[test]
fn a_tip_is_a_line_and_no_discount() {
    let row = |total: &str| {
        format!(
            "#7,a@b.example,,,25.00,5.00,0.00,{total},,5.00,2024-01-01T00:00:00Z,3,Cup,10.00,,,,\n\
             #7,a@b.example,,,,,,,,,,1,Tip,4.00,,,,\n"
        )
    };
    let told = told(&row("34.00"));
    assert_eq!(told.refusals, []);
    let order = &told.orders[0];
    assert_eq!((order.subtotal.minor, order.discount.minor), (3_400, 500));
    // A total without it does not add up.
    assert_eq!(reasons(&row("31.00")).len(), 1);
    let header = HEADER.replace("Lineitem discount", "Lineitem discount,Tip Amount");
    let row =
        "#8,a@b.example,,,10.00,0.00,0.00,12.00,,,2024-01-01T00:00:00Z,1,Cup,10.00,,,,,2.00\n";
    let read = read(
        format!("{header}{row}").as_bytes(),
        Currency::USD,
        TimeZone::UTC,
    );
    assert_eq!(
        (read.refusals, read.ignored),
        (vec![], Vec::<String>::new())
    );
    let lines: Vec<_> = read.orders[0]
        .lines
        .iter()
        .map(|line| line.title.as_str())
        .collect();
    assert_eq!(lines, ["Cup", "Tip"]);
}
