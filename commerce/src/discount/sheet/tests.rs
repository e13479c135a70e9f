use super::*;

fn rows(text: &str) -> Vec<Read> {
    read(text.as_bytes(), Currency::USD, TimeZone::UTC, &Held::new())
        .unwrap()
        .rows
}

#[test]
fn what_is_written_reads_back() {
    let text = "Title,Codes,Type,Value,Each,Products,Buys,Gets,Buys SKUs,Customer Tags,Combines With,Starts,Ends,Usage Limit\n\
        Summer,SUMMER;summer;SUN,percentage,12.5%,,,,,,vip,order;shipping,2026-06-01,2026-09-01T08:30:00Z,100\n\
        Off,,amount,5.00,true,cup;mug,,,,,,,,\n\
        Free,FREE,free_shipping,15,,,,,,,,,,\n\
        Three for two,,buy_x_get_y,,,,2,1,SKU-1,,product,,,\n";
    let read_rows = rows(text);
    let drafts: Vec<DiscountDraft> = read_rows.into_iter().map(|row| row.1.unwrap()).collect();
    assert_eq!(drafts[0].codes, ["SUMMER", "SUN"]);
    assert_eq!(
        drafts[0].value,
        Value::Percentage {
            basis_points: 1_250
        }
    );
    assert_eq!(
        (drafts[0].class, drafts[1].class),
        (Class::Order, Class::Product)
    );
    assert_eq!(
        drafts[1].value,
        Value::Amount {
            minor: 500,
            each: true
        }
    );
    assert_eq!(drafts[2].value, Value::FreeShipping { up_to: Some(1_500) });
    let mut out = Vec::new();
    write(&mut out, &drafts, Currency::USD, TimeZone::UTC).unwrap();
    let again = read(out.as_slice(), Currency::USD, TimeZone::UTC, &Held::new()).unwrap();
    let again: Vec<DiscountDraft> = again.rows.into_iter().map(|row| row.1.unwrap()).collect();
    assert_eq!(again, drafts);
}

#[test]
fn every_wrong_cell_is_named() {
    let text = "Title,Type,Value,Class,Usage Limit,Countries,Combines With,Starts,Ends,Active\n\
        ,percentage,101,shipping,0,US,goods,2026-01-02,2026-01-01,maybe\n\
        A,what,,,,,,soon,,\n";
    let mut rows = rows(text).into_iter();
    let columns = |row: Read| {
        assert_eq!(row.0, row.1.as_ref().unwrap_err()[0].line);
        let refusals = row.1.unwrap_err().into_iter();
        refusals.map(|refusal| refusal.column).collect::<Vec<_>>()
    };
    assert_eq!(
        columns(rows.next().unwrap()),
        [
            "Title",
            "Value",
            "Class",
            "Ends",
            "Countries",
            "Usage Limit",
            "Combines With",
            "Active"
        ]
    );
    assert_eq!(columns(rows.next().unwrap()), ["Type", "Starts"]);
    let header = read(
        "Title,Kind\n".as_bytes(),
        Currency::USD,
        TimeZone::UTC,
        &Held::new(),
    )
    .unwrap_err();
    let names: Vec<&str> = header
        .iter()
        .map(|refusal| refusal.column.as_str())
        .collect();
    assert_eq!(names, ["Kind", "Type"]);
}

#[test]
fn a_column_that_is_missing_leaves_what_the_discount_has() {
    let whole = "Title,Codes,Type,Value,Products,Customer Tags,Once Per Customer,Usage Limit,Active,Ends\n\
        Summer,SUN;HOT,percentage,12.5,cup,vip,true,100,false,2030-01-01\n";
    let held = rows(whole).remove(0).1.unwrap();
    let known = Held::from([("summer".to_owned(), held.clone())]);
    let read = |text: &str| {
        let told = read(text.as_bytes(), Currency::USD, TimeZone::UTC, &known).unwrap();
        told.rows.into_iter().next().unwrap().1.unwrap()
    };
    let changed = read("Title,Type,Value\nSUMMER,percentage,20\n");
    let value = Value::Percentage {
        basis_points: 2_000,
    };
    let expected = DiscountDraft {
        title: "SUMMER".to_owned(),
        value,
        ..held
    };
    assert_eq!(changed, expected);
    // A blank cell takes it away.
    let blank = read("Title,Type,Value,Codes,Usage Limit\nSummer,percentage,12.5,,\n");
    assert_eq!((blank.codes, blank.usage_limit), (Vec::new(), None));
}

#[test]
fn a_day_begins_and_ends_by_the_shops_clocks() {
    let text = "Title,Type,Value,Starts,Ends\n\
        A,percentage,10,2026-12-24,2026-12-24\n\
        B,percentage,10,2026-12-24T08:00:00Z,2026-12-24 23:30\n";
    let berlin: TimeZone = "Europe/Berlin".parse().unwrap();
    let drafts: Vec<DiscountDraft> = read(text.as_bytes(), Currency::USD, berlin, &Held::new())
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.1.unwrap())
        .collect();
    let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
    assert_eq!(drafts[0].starts_at, at("2026-12-23T23:00:00Z"));
    assert_eq!(drafts[0].ends_at, at("2026-12-24T23:00:00Z"));
    assert_eq!(drafts[1].starts_at, at("2026-12-24T08:00:00Z"));
    assert_eq!(drafts[1].ends_at, at("2026-12-24T22:30:00Z"));
    let mut out = Vec::new();
    write(&mut out, &drafts, Currency::USD, berlin).unwrap();
    let written = String::from_utf8(out).unwrap();
    let ends = |line: &str| {
        line.rsplit(',')
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let written: Vec<Vec<String>> = written.lines().skip(1).map(ends).collect();
    assert_eq!(
        written,
        [
            ["2026-12-24", "2026-12-24"],
            ["2026-12-24T23:30:00+01:00", "2026-12-24T09:00:00+01:00"]
        ]
    );
}
