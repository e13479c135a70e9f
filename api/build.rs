//! Says what to do when the files that the binary embeds are not there.

use std::path::Path;

const FILES: [&str; 4] = [
    "graphiql.min.css",
    "graphiql.min.js",
    "react-dom.production.min.js",
    "react.production.min.js",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for file in FILES {
        let path = Path::new("assets/graphiql").join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        if !path.is_file() {
            println!(
                "cargo::error=GraphiQL's {file} is missing: run `bin/assets`, which fetches it from npm"
            );
        }
    }
}
