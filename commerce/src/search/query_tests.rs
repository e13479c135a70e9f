use super::*;

/// A compact way of writing down what was read.
fn show(expr: &Expr) -> String {
    let all = |parts: &[Expr], word: &str| {
        let parts: Vec<String> = parts.iter().map(show).collect();
        format!("({})", parts.join(word))
    };
    match expr {
        Expr::And(parts) => all(parts, " & "),
        Expr::Or(parts) => all(parts, " | "),
        Expr::Not(inner) => format!("!{}", show(inner)),
        Expr::Term(term) => {
            let field = term
                .field
                .as_deref()
                .map(|f| format!("{f}{}", term.comparison.operator()));
            let quote = if term.quoted { "\"" } else { "" };
            let star = if term.prefix { "*" } else { "" };
            format!(
                "{}{quote}{}{quote}{star}",
                field.unwrap_or_default(),
                term.value
            )
        }
    }
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    let read = parse(text).as_ref().map(show).unwrap_or_default();
    assert_eq!(read, expected, "{text}");
}

#[test]
fn words_and_connectives() {
    reads("red shirt", "(red & shirt)");
    reads("red AND shirt", "(red & shirt)");
    reads("red OR blue shirt", "(red | (blue & shirt))");
    reads("(red OR blue) shirt", "((red | blue) & shirt)");
    reads("NOT red -blue", "(!red & !blue)");
    reads("-(red OR blue)", "!(red | blue)");
    reads("order android nothing", "(order & android & nothing)");
    reads("NOT NOT red", "red");
}

#[test]
fn fields_and_comparisons() {
    reads("tag:sale", "tag=sale");
    reads("TITLE:Shirt", "title=Shirt");
    reads("variants.price:>=10.50", "variants.price>=10.50");
    reads(
        "variants.price:<10 variants.price:<=5 price:>1",
        "(variants.price<10 & variants.price<=5 & price>1)",
    );
    reads(
        "created_at:>'2024-01-01T10:00:00Z'",
        "created_at>\"2024-01-01T10:00:00Z\"",
    );
    reads("tag:\"on sale\"", "tag=\"on sale\"");
    reads("-tag:sale", "!tag=sale");
}

#[test]
fn prefixes_quotes_and_escapes() {
    reads("shi*", "shi*");
    reads("vendor:Ac*", "vendor=Ac*");
    reads("\"red shirt\"", "\"red shirt\"");
    reads("\"red sh\"*", "\"red sh\"*");
    reads("\"say \\\"hi\\\"\"", "\"say \"hi\"\"");
    reads("men's t-shirt", "(men's & t-shirt)");
    reads("a\\:b \\(c\\)", "(a:b & (c))");
    reads("tag:*", "tag=*");
}

#[test]
fn odd_input_means_less() {
    for nothing in [
        "", "   ", "()", "(((", ")", "AND", "OR OR", "NOT", "-", "tag:", "\"\"", "AND OR (",
    ] {
        reads(nothing, "");
    }
    reads("red)", "red");
    reads("(red", "red");
    reads("red) blue", "(red & blue)");
    reads("\"red", "\"red\"");
    reads("red\\", "red");
    reads(":red", ":red");
    reads("https://x.y", "https=//x.y");
}

#[test]
fn size_is_bounded() {
    let deep = format!("{}red{} blue", "(".repeat(5_000), ")".repeat(5_000));
    reads(&deep, "");
    let deep = format!("{}red{} blue", "(".repeat(100), ")".repeat(100));
    reads(&deep, "blue");
    let Some(Expr::And(parts)) = parse(&"a ".repeat(1_000)) else {
        panic!("many words are all wanted");
    };
    assert_eq!(parts.len(), MAX_TERMS);
    let minus = "-".repeat(1_999);
    reads(&format!("{minus}x"), "!x");
}
