"""CLDR (through Babel) → src/analysis/tables/places.tsv: territories and cities in three languages.

Run: python tests/reference/make_places.py > src/analysis/tables/places.tsv
Source: Unicode CLDR as shipped in Babel 2.18 (Unicode Licence v3).
"""
from babel import Locale

LANGUAGES = ["en", "tr", "ru"]
locales = [Locale(code) for code in LANGUAGES]
rows = set()
for code in sorted(locales[0].territories):
    if code.isdigit() and code not in {"002", "019", "142", "150", "009", "005", "003"}:
        continue
    names = [locale.territories.get(code) for locale in locales]
    if all(names):
        rows.add(tuple(names))
zones = [dict(locale.time_zones) for locale in locales]
for zone in sorted(zones[0]):
    names = []
    for zone_names in zones:
        names.append(zone_names.get(zone, {}).get("city"))
    default = zone.rsplit("/", 1)[-1].replace("_", " ")
    if names[1] or names[2]:
        names = [names[0] or default, names[1] or default, names[2]]
        if all(names) and "/" in zone and not any("?" in name for name in names):
            rows.add(tuple(names))
print("# English<TAB>Turkish<TAB>Russian. Unicode CLDR (Babel 2.18), Unicode Licence v3; made by tests/reference/make_places.py.")
for row in sorted(rows):
    print("\t".join(row))
