// Writes countries/<language>.txt from the Unicode CLDR that Node.js carries: codes and names, in the language's order.
//
//     node commerce/data/countries.mjs
//
// The codes and the English names are the contract's, from the enum in schema/src/codes/country.rs.
import { readFileSync, writeFileSync } from "node:fs";

const languages = [
  "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv",
  "ms", "nb", "nl", "pl", "pt", "pt-PT", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi", "zh", "zh-Hant",
];
const source = readFileSync(new URL("../../schema/src/codes/country.rs", import.meta.url), "utf8");
const contract = [...source.matchAll(/\/\/\/ (.+)\n\s+([A-Z][a-z]),/g)]
  .map(([, name, code]) => [code.toUpperCase(), name])
  .filter(([code]) => code !== "ZZ");
for (const language of languages) {
  const names = new Intl.DisplayNames([language], { type: "region" });
  const known = (code, name) => {
    const told = names.of(code);
    // The CLDR has the Netherlands Antilles under another name since they are no more.
    return language === "en" || told === code || code === "AN" ? name : told;
  };
  const order = new Intl.Collator(language).compare;
  const rows = contract.map(([code, name]) => [code, known(code, name)]).sort((a, b) => order(a[1], b[1]));
  const file = new URL(`countries/${language}.txt`, import.meta.url);
  writeFileSync(file, rows.map((row) => row.join(" ") + "\n").join(""));
}
