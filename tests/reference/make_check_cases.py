"""Evaluation texts → perturbed and faithful briefs and translations, as a case file for `bulletin evaluate checks`.

Run: python tests/reference/make_check_cases.py EVAL_FOLDER [CASES_PER_CELL [SEED [HALF]]] > tests/fixtures/checks/cases.jsonl
HALF is `first` or `second`: only the documents (and blocks of FLORES sentences) whose SHA-256 falls there, so that rules
may be written while looking at one half and measured on the other. Needs pymorphy3 (Russian cases). The same arguments
give the same bytes.

Texts: NTREX-128 and FLORES-101 (CC BY-SA 4.0), Wikinews as in GUM and NEREL (CC BY 2.5), GUM summaries (CC BY 4.0).
"""
import hashlib
import json
import random
import re
import sys
from pathlib import Path

import pymorphy3

import slip_cases

FOLDER = Path(sys.argv[1])
PER_CELL = int(sys.argv[2]) if len(sys.argv) > 2 else 52
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 7
rng = random.Random(SEED)
morph = pymorphy3.MorphAnalyzer()
LANGUAGES = ["en", "tr", "ru"]

HALF = sys.argv[4] if len(sys.argv) > 4 else "whole"


def chosen(name):
    """Whether a document belongs to the half that is asked for."""
    return HALF == "whole" or (hashlib.sha256(name.encode()).digest()[0] % 2 == 0) == (HALF == "first")


def parallel_lines(code):
    """Sentences of the parallel texts that are chosen, with the NTREX document of each (None in FLORES)."""
    documents = [line.strip() for line in open(FOLDER / "mt/ntrex-dev.docids", encoding="utf-8")]
    lines = [line.rstrip("\n") for line in open(FOLDER / f"mt/ntrex-dev.{code}", encoding="utf-8")]
    found = [(line, document) for line, document in zip(lines, documents) if chosen(document)]
    flores = [line.rstrip("\n") for line in open(FOLDER / f"mt/flores-dev.{code}", encoding="utf-8")]
    # Neighbours come from one text: blocks of 20 keep nearly all texts whole.
    return found + [(line, None) for at, line in enumerate(flores) if chosen(f"flores-{at // 20}")]


def article_rows(code):
    lines = [json.loads(line) for line in open(FOLDER / f"sum/{code}-dev.jsonl", encoding="utf-8")]
    return [row for row in lines if chosen(row["id"].removeprefix("ntrex/"))]


rows = {code: article_rows(code) for code in LANGUAGES}
parallel = {code: [line for line, _ in parallel_lines(code)] for code in LANGUAGES}
MOST_TEXT = 1400  # characters of an article, to keep the file small

articles = {}
for code in LANGUAGES:
    for row in rows[code]:
        if len(row["text"]) <= (900 if code == "ru" else MOST_TEXT):
            articles[f"{code}:{row['id']}"] = row

# Windows of news documents make short articles where whole ones have too few quotations and dates.
docids = [document for _, document in parallel_lines("en") if document]
for code in LANGUAGES:
    for start in range(0, len(docids) - 3, 3):
        if len(set(docids[start : start + 3])) == 1:
            text = "\n".join(parallel[code][start : start + 3])
            articles[f"{code}:ntrex-{start}"] = {"id": f"ntrex-{start}", "lang": code, "title": None, "published": None, "text": text, "summary_kind": "none"}

MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
}
WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "tr": ["pazartesi", "salı", "çarşamba", "perşembe", "cuma", "cumartesi", "pazar"],
    "ru": ["понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"],
}
RELATIVE = {
    "en": [("yesterday", "tomorrow"), ("last year", "next year"), ("last week", "next week"), ("tomorrow", "yesterday"), ("next year", "last year"), ("last month", "next month")],
    "tr": [("dün ", "yarın "), ("geçen yıl", "gelecek yıl"), ("geçen hafta", "gelecek hafta"), ("yarın ", "dün "), ("geçtiğimiz hafta", "önümüzdeki hafta")],
    "ru": [("вчера", "завтра"), ("в прошлом году", "в следующем году"), ("на прошлой неделе", "на следующей неделе"), ("завтра", "вчера")],
}


def sentences(text):
    """Rough cut; only sentences that begin with a capital and end with a mark are used."""
    out = []
    for paragraph in text.split("\n"):
        for part in re.split(r"(?:(?<=[a-zа-яёçğıöşü0-9»”\"][.!?])|(?<=[.!?][\"”»]))\s+(?=[A-ZА-ЯÇĞİÖŞÜ“\"«])", paragraph):
            part = part.strip()
            if 40 <= len(part) <= 220 and part[-1] in ".!?\"”»" and part[0] in "\"“«" + part[0].upper():
                out.append(part)
    return out


def compress(sentence, code):
    """A shorter form of a sentence with nothing new: brackets and inserted clauses go."""
    shorter = re.sub(r"\s*\([^)]*\)", "", sentence)
    if rng.random() < 0.5:
        parts = shorter.rstrip(".").split(", ")
        if len(parts) >= 3 and '"' not in shorter and "«" not in shorter and "“" not in shorter:
            keep = parts[:-1]
            if len(" ".join(keep)) > 40:
                shorter = ", ".join(keep) + "."
    return shorter


def swapped_quotes(text):
    return text.replace("«", "“").replace("»", "”") if "«" in text else re.sub(r'"([^"]*)"', r"“\1”", text)


# Numbers -------------------------------------------------------------------------------------------------------
SMALL = {
    "en": {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 12: "twelve", 15: "fifteen", 20: "twenty", 30: "thirty"},
    "tr": {2: "iki", 3: "üç", 4: "dört", 5: "beş", 6: "altı", 7: "yedi", 8: "sekiz", 9: "dokuz", 10: "on", 12: "on iki", 15: "on beş", 20: "yirmi", 30: "otuz"},
    "ru": {3: "три", 4: "четыре", 5: "пять", 6: "шесть", 7: "семь", 8: "восемь", 9: "девять", 10: "десять", 12: "двенадцать", 15: "пятнадцать", 20: "двадцать", 30: "тридцать"},
}
NUMBER = re.compile(r"(?<![\w.,:/-])(\d{1,3}(?:[.,\u00a0 ]\d{3})+|\d+)(?![\w:/]|[.,]\d|-\d)")


def value_of(text):
    return int(re.sub(r"\D", "", text))


def rewrite_number(match, code):
    """The same number in another notation."""
    text = match.group(1)
    value = value_of(text)
    if value in SMALL[code] and rng.random() < 0.7:
        return SMALL[code][value]
    if value >= 10000 and value % 1000 == 0:
        return f"{value // 1000} " + {"en": "thousand", "tr": "bin", "ru": "тыс."}[code]
    if value >= 10000 or (value >= 1000 and len(text) > 4):
        mark = {"en": ",", "tr": ".", "ru": "\u00a0"}[code]
        return f"{value:,}".replace(",", mark) if re.fullmatch(r"\d+", text) else str(value)
    return text


SCALES = {
    "en": [("million", "mln"), ("billion", "bn"), ("percent", "%"), ("per cent", "%")],
    "tr": [("milyon", "mn"), ("milyar", "mlr")],
    "ru": [("миллионов", "млн"), ("миллиона", "млн"), ("миллион", "млн"), ("тысяч", "тыс."), ("миллиардов", "млрд"), ("процентов", "%"), ("млн", "миллионов"), ("тыс.", "тысяч"), ("млрд", "миллиардов"), ("%", " процентов")],
}


def faithful_number(sentence, code):
    changed = NUMBER.sub(lambda match: rewrite_number(match, code), sentence)
    for long, short in SCALES[code]:
        if long in changed and rng.random() < 0.6:
            changed = changed.replace(long, short, 1)
            break
    return changed


def wrong_value(value, present):
    for _ in range(50):
        kind = rng.randrange(4)
        if kind == 0:
            new = value + rng.choice([1, 2, 3, 5, 7])
        elif kind == 1:
            new = value * rng.choice([2, 3, 10])
        elif kind == 2:
            digits = list(str(value))
            at = rng.randrange(len(digits))
            digits[at] = rng.choice("123456789")
            new = int("".join(digits))
        else:
            new = max(3, value - rng.choice([1, 2, 3]))
        if new != value and new not in present and new > 2:
            return new
    return value * 7 + 3


WORD_NUMBERS = {
    "en": ["three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty", "thirty"],
    "tr": ["üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz", "yirmi", "otuz"],
    "ru": ["три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "двадцать"],
}


def broken_number(sentence, code, whole):
    present = {value_of(found) for found in NUMBER.findall(whole)}
    matches = [match for match in NUMBER.finditer(sentence) if value_of(match.group(1)) > 2]
    words = [match for match in re.finditer(r"\b(" + "|".join(WORD_NUMBERS[code]) + r")\b", sentence)]
    if words and (not matches or rng.random() < 0.3):
        match = rng.choice(words)
        others = [word for word in WORD_NUMBERS[code] if not re.search(rf"\b{word}", whole, re.I)]
        values = {word: value for value, word in SMALL[code].items()}
        others = [word for word in others if values.get(word, -1) not in present]
        if others:
            return sentence[: match.start()] + rng.choice(others) + sentence[match.end() :]
    if not matches:
        return None
    match = rng.choice(matches)
    value = value_of(match.group(1))
    new = wrong_value(value, present)
    mark = re.search(r"\D", match.group(1))
    text = f"{new:,}".replace(",", mark.group(0)) if mark and new >= 1000 else str(new)
    return sentence[: match.start()] + text + sentence[match.end() :]


# Dates ---------------------------------------------------------------------------------------------------------
def date_hits(sentence, code):
    flags = 0 if code == "en" else re.I
    pattern = r"\b(" + "|".join(MONTHS[code] + WEEKDAYS[code]) + r")\b"
    hits = [match for match in re.finditer(pattern, sentence, flags)]
    return [match for match in hits if match.group(1).lower() not in {"may", "march", "mart", "pazar", "ekim", "ocak"} or re.search(r"\d\s*$|günü", sentence[: match.start()])]


def faithful_date(sentence, code):
    if code == "en":
        changed = re.sub(r"\b(" + "|".join(MONTHS["en"]) + r") (\d{1,2})\b(?!\d)", r"\2 \1", sentence)
        changed = re.sub(r"\bon (" + "|".join(WEEKDAYS["en"]) + r")\b", r"\1", changed) if rng.random() < 0.4 else changed
        return changed
    if code == "tr" and rng.random() < 0.5:
        return sentence.replace(" günü,", " günü").replace("geçtiğimiz hafta", "geçen hafta")
    return sentence


def broken_date(sentence, code, whole):
    for wrong, right in RELATIVE[code]:
        if wrong in sentence and right.strip() not in whole.lower() and rng.random() < 0.9:
            return sentence.replace(wrong, right, 1)
    years = [match for match in re.finditer(r"\b(1[89]\d\d|20[012]\d)\b", sentence)]
    hits = date_hits(sentence, code)
    if years and (not hits or rng.random() < 0.35):
        match = rng.choice(years)
        for _ in range(20):
            new = str(int(match.group(1)) + rng.choice([-3, -2, -1, 1, 2, 4, 10]))
            if new not in whole:
                return sentence[: match.start()] + new + sentence[match.end() :]
    if not hits:
        return None
    match = rng.choice(hits)
    word = match.group(1)
    day = re.search(r"\b(\d{1,2}) $", sentence[: match.start()])
    if day and rng.random() < 0.4:
        for _ in range(20):
            new = str(rng.randrange(1, 29))
            if not re.search(rf"\b{new}\b", whole):
                return sentence[: day.start(1)] + new + sentence[day.end(1) :]
    pool = next(pool for pool in (MONTHS[code], WEEKDAYS[code]) if word.lower() in [item.lower() for item in pool])
    roots = [item for item in pool if item.lower()[:4] not in whole.lower()]
    if not roots:
        return None
    new = rng.choice(roots)
    new = new if word[0].isupper() else new.lower()
    return sentence[: match.start()] + new + sentence[match.end() :]


# Names ---------------------------------------------------------------------------------------------------------
CAPITAL = {"en": r"[A-Z][a-z]{2,}", "tr": r"[A-ZÇĞİÖŞÜ][a-zçğıöşü]{2,}", "ru": r"[А-ЯЁ][а-яё]{2,}"}
NOT_NAMES = set("The This That These Those Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December And But For With From".split())
NOT_NAMES |= {month.capitalize() for code in LANGUAGES for month in MONTHS[code]} | {day.capitalize() for code in LANGUAGES for day in WEEKDAYS[code]}


# A word that stands in small letters anywhere is no name.
SMALL_WORDS = {
    code: {word for line in parallel[code] + [row["text"] for row in rows[code]] for word in re.findall(r"[a-zа-яёçğıöşü]+", line)}
    for code in LANGUAGES
}


def small(word, code):
    return (word.replace("İ", "i").replace("I", "ı") if code == "tr" else word).lower()


BEGINNINGS = {word[:5] for word in SMALL_WORDS["tr"]}
INSTITUTIONS = set("Republican Republicans Democrat Democrats Democratic Cup Cups Olympic Olympics Senate County League Premier Champions Institute Parliament Congress Commons Brexit European American British Rev Col Gen Sen Lt Sgt Dr Nov Sept Oct Birleşik Cumhuriyetçi Demokrat Kongre Komite Güneydoğu Kuzeybatı Olimpiyat Parti Ligi Kupası Brexit Avrupa Senato".split())


def is_name(word, code):
    if small(word, code) in SMALL_WORDS[code] or word in INSTITUTIONS:
        return False
    if code == "en":
        return small(word, code).removesuffix("s") not in SMALL_WORDS[code]
    return code != "tr" or small(word, code)[:5] not in BEGINNINGS


def name_hits(sentence, code):
    hits = []
    for match in re.finditer(rf"(?<=[a-zа-яёçğıöşü,] ){CAPITAL[code]}\b", sentence):
        if match.group(0) in NOT_NAMES or not is_name(match.group(0), code):
            continue
        if code == "ru":
            parse = morph.parse(match.group(0))[0]
            if not {"Surn", "Name", "Geox"} & set(parse.tag.grammemes):
                continue
        hits.append(match)
    return hits


NAME_POOL = {code: [] for code in LANGUAGES}
for code in LANGUAGES:
    for key, row in articles.items():
        if key.startswith(code):
            for sentence in sentences(row["text"]):
                NAME_POOL[code] += [(match.group(0), key) for match in name_hits(sentence, code)]


def russian_form(word, case):
    for parse in morph.parse(word):
        if {"Surn", "Name", "Geox"} & set(parse.tag.grammemes):
            form = parse.inflect({case})
            if form:
                return form.word.capitalize()
    return None


def faithful_name(sentence, code):
    hits = name_hits(sentence, code)
    if not hits:
        return None
    match = rng.choice(hits)
    name = match.group(0)
    if code == "ru":
        new = russian_form(name, rng.choice(["nomn", "gent", "datv", "ablt", "loct"]))
        return sentence[: match.start()] + new + sentence[match.end() :] if new else None
    if code == "tr":
        rest = sentence[match.end() :]
        ending = re.match(r"['’]\w+", rest)
        last = [letter for letter in name.lower() if letter in "aeıioöuü"]
        back = last and last[-1] in "aıou"
        vowel = name[-1].lower() in "aeıioöuü"
        new = rng.choice(["'" + ("y" if vowel else "") + ("a" if back else "e"), "'" + ("da" if back else "de"), "'" + ("dan" if back else "den"), "'" + ("n" if vowel else "") + ("ın" if back else "in"), ""])
        return sentence[: match.end()] + new + (rest[ending.end() :] if ending else rest)
    tail = sentence[match.end() :]
    if tail.startswith("'s") or tail.startswith("’s"):
        return sentence[: match.end()] + tail[2:]
    return sentence[: match.end()] + ("'s" if rng.random() < 0.3 else "") + tail


def broken_name(sentence, code, whole):
    hits = name_hits(sentence, code)
    if not hits:
        return None
    match = rng.choice(hits)
    name = match.group(0)
    for _ in range(200):
        other, _ = rng.choice(NAME_POOL[code])
        if other[:4].lower() in whole.lower() or other[:3] == name[:3]:
            continue
        if code == "ru":
            tag = morph.parse(name)[0].tag
            other_tag = morph.parse(other)[0].tag
            if other_tag.case != tag.case or ("Geox" in tag.grammemes) != ("Geox" in other_tag.grammemes):
                continue
        return sentence[: match.start()] + other + sentence[match.end() :]
    return None


# Quotes --------------------------------------------------------------------------------------------------------
QUOTE = re.compile(r"[\"“«]([^\"“”«»]{12,})[\"”»]")


def broken_quote(sentence, code, whole):
    match = QUOTE.search(sentence)
    # What stands between two quotations is none.
    if not match or sentence[: match.start()].count('"') % 2 == 1:
        return None
    words = [found for found in re.finditer(r"\b[a-zа-яёçğıöşü]{4,}\b", match.group(1))]
    if not words:
        return None
    kind = rng.randrange(3)
    target = rng.choice(words)
    start = match.start(1)
    if kind == 2 and len(words) > 4:
        text = sentence[: start + target.start()] + sentence[start + target.end() + 1 :]
        return re.sub(r" +", " ", text)
    other_words = [word for word in re.findall(r"\b[a-zа-яёçğıöşü]{4,}\b", rng.choice([row["text"] for key, row in articles.items() if key.startswith(code)])) if word not in whole]
    if not other_words:
        return None
    return sentence[: start + target.start()] + rng.choice(other_words) + sentence[start + target.end() :]


# Polarity ------------------------------------------------------------------------------------------------------
def broken_polarity(sentence, code):
    if code == "en":
        if re.search(r"\b(not|n't|n’t|no|never|without)\b", sentence):
            changed = re.sub(r"\b(not|never) ", "", sentence, count=1)
            changed = re.sub(r"(did|do|does)(n't|n’t) ", "", changed, count=1) if changed == sentence else changed
            changed = re.sub(r"(n't|n’t)\b", "", changed, count=1) if changed == sentence else changed
            return changed if changed != sentence else None
        changed = re.sub(r"\b(is|was|are|were|will|has|have|had|can|could|would|should) (?=[a-z])", r"\1 not ", sentence, count=1)
        return changed if changed != sentence else None
    if code == "ru":
        if re.search(r"\bне \w", sentence):
            changed = re.sub(r"\b([нН])е (?=[а-яё])", "", sentence, count=1)
            return changed[0].upper() + changed[1:]
        for match in re.finditer(r"\b[а-яё]{4,}\b", sentence):
            parse = morph.parse(match.group(0))[0]
            if parse.tag.POS == "VERB" and parse.score > 0.4:
                return sentence[: match.start()] + "не " + sentence[match.start() :]
        return None
    if " değil" in sentence:
        return sentence.replace(" değil", "", 1)
    for pattern, new in [
        (r"\b(\w{2,})(t|d)([ıiuü])(\b|lar\b|ler\b|ğını\b|ğini\b)", "past"),
        (r"\b(\w{2,}?)([ıiuü])yor", "now"),
        (r"\b(\w{2,}?)y?([ae])ca([kğ])", "future"),
        (r"\b(\w{2,}?)y?([ae])ce([kğ])", "future"),
    ]:
        for match in re.finditer(pattern, sentence):
            stem = match.group(1)
            if new == "past":
                if stem.endswith(("ma", "me", "mış", "miş", "mak", "yor")) or stem[0].isupper():
                    continue
                if not match.end() >= len(sentence) - 1 and match.group(4) == "":
                    continue
            vowels = [letter for letter in stem.lower() if letter in "aeıioöuü"]
            if not vowels or stem.endswith(("m",)):
                continue
            back = vowels[-1] in "aıou"
            syllable = "ma" if back else "me"
            if new == "past":
                ending = ("dı" if back else "di") + match.group(4)
                return sentence[: match.start()] + stem + syllable + ending + sentence[match.end() :]
            if new == "now":
                return sentence[: match.start()] + stem + "m" + match.group(2) + "yor" + sentence[match.end() :]
            tail = ("yaca" if back else "yece") + match.group(3)
            return sentence[: match.start()] + stem + syllable + tail + sentence[match.end() :]
    return None


# Cells ---------------------------------------------------------------------------------------------------------
lines = []
used = set()
serial = 0


def put(check, code, faithful, sentences_, key=None, original=None):
    global serial
    serial += 1
    case = {"id": f"{check}-{code}-{serial}", "check": check, "language": code, "faithful": faithful}
    if key:
        used.add(key)
        case["source"] = key
    else:
        case["original"], case["original_language"] = original
    case["sentences"] = sentences_
    lines.append(case)


names_of_articles = sorted(articles)
rng.shuffle(names_of_articles)
RANK = {key: place for place, key in enumerate(names_of_articles)}


def material(code, test):
    found = []
    for key, row in articles.items():
        if key.startswith(code + ":"):
            found += [(key, row, sentence) for sentence in sentences(row["text"]) if test(sentence)]
    # The same articles serve many cells, which keeps the file small.
    rng.shuffle(found)
    return sorted(found, key=lambda item: RANK[item[0]] + rng.random() * 6)


def fill(check, code, faithful, items, make):
    done = 0
    for key, row, sentence in items:
        if done >= PER_CELL:
            return
        whole = (row["title"] or "") + "\n" + row["text"]
        made = make(sentence, whole)
        if made and (faithful or made != sentence):
            put(check, code, faithful, made if isinstance(made, list) else [made], key)
            done += 1


def titles(code):
    """Headlines (as sentences, judged against the text alone) and human abstracts."""
    out = []
    for key, row in articles.items():
        if key.startswith(code + ":"):
            for summary in row["summaries"] if row["summary_kind"] == "human-abstract" else []:
                out.append((key, row, summary))
            title = (row["title"] or "").strip()
            if not title:
                continue
            out.append((key, row, title if title[-1] in ".!?" else title + "."))
    rng.shuffle(out)
    return out


def half(items):
    return items[: PER_CELL // 3]


for code in LANGUAGES:
    has_number = lambda sentence: NUMBER.search(sentence) or re.search(r"\b(" + "|".join(WORD_NUMBERS[code]) + r")\b", sentence)
    fill("numbers", code, True, half([item for item in titles(code) if has_number(item[2])]) + material(code, has_number), lambda s, w: faithful_number(compress(s, code), code))
    fill("numbers", code, False, material(code, has_number), lambda s, w: broken_number(compress(s, code), code, w))
    has_date = lambda sentence: date_hits(sentence, code) or re.search(r"\b(19|20)\d\d\b", sentence) or any(a in sentence for a, _ in RELATIVE[code])
    fill("dates", code, True, half([item for item in titles(code) if has_date(item[2])]) + material(code, has_date), lambda s, w: faithful_date(compress(s, code), code))
    fill("dates", code, False, material(code, has_date), lambda s, w: broken_date(compress(s, code), code, w))
    has_name = lambda sentence: name_hits(sentence, code)
    fill("names", code, True, half(titles(code)) + material(code, has_name), lambda s, w: faithful_name(compress(s, code), code) or s)
    fill("names", code, False, material(code, has_name), lambda s, w: broken_name(compress(s, code), code, w))
    fill("quotes", code, True, material(code, QUOTE.search), lambda s, w: swapped_quotes(s))
    fill("quotes", code, False, material(code, QUOTE.search), lambda s, w: broken_quote(s, code, w))
    negative = {"en": r"\b(not|never|no)\b|n't", "tr": r"değil|m[ıiuü]yor|m[ae]d[ıi]|mayacak|meyecek|m[ae]z\b", "ru": r"\b(не|нет|без)\b"}[code]
    some = material(code, lambda s: re.search(negative, s))[: PER_CELL // 2]
    fill("polarity", code, True, half(titles(code)) + some + material(code, lambda s: True), lambda s, w: compress(s, code))
    fill("polarity", code, False, some + material(code, lambda s: True), lambda s, w: broken_polarity(s, code))
    fill("language", code, True, half(titles(code)) + material(code, lambda s: True), lambda s, w: s)

    # Language: the same NTREX document in another language, whole or for half of the sentence.
    done = 0
    for key, row, sentence in material(code, lambda s: len(s.split()) > 7):
        other = rng.choice([item for item in LANGUAGES if item != code])
        twin = articles.get(f"{other}:{row['id']}")
        if done >= PER_CELL or not twin or not sentences(twin["text"]):
            continue
        foreign = rng.choice(sentences(twin["text"]))
        if done % 3 == 2:
            words = sentence.split()
            foreign = " ".join(words[: len(words) // 2] + foreign.split()[-8:])
        put("language", code, False, [foreign], key)
        done += 1

    # Repetition: loops of words, and sentences said twice.
    done = 0
    pool = material(code, lambda s: len(s.split()) > 8)
    for at, (key, row, sentence) in enumerate(pool):
        if done >= PER_CELL:
            break
        words = sentence.rstrip(".!?").split()
        size = rng.choice([1, 2, 3, 4, 5])
        start = rng.randrange(0, len(words) - size)
        kind = done % 3
        if kind == 0:
            loop = words[: start + size] + words[start : start + size] * rng.choice([2, 3, 6])
            made = [" ".join(loop) + "."]
        elif kind == 1:
            made = [sentence, sentence]
        else:
            shorter = " ".join(words[: max(6, len(words) - 1)]) + "."
            made = [sentence, shorter]
        put("repetition", code, False, made, key)
        done += 1
    done = 0
    for key, row in articles.items():
        parts = sentences(row["text"])
        if key.startswith(code + ":") and len(parts) >= 3:
            for start in (0, 3):
                if len(parts) >= start + 3 and done < PER_CELL:
                    put("repetition", code, True, parts[start : start + 3], key)
                    done += 1

# Translations --------------------------------------------------------------------------------------------------
order = list(range(len(parallel["en"])))
rng.shuffle(order)
FITS = {
    "numbers": lambda s, c: NUMBER.search(s),
    "dates": lambda s, c: date_hits(s, c) or re.search(r"\b(19|20)\d\d\b", s),
    "names": lambda s, c: name_hits(s, c),
    "polarity": lambda s, c: True,
    "language": lambda s, c: True,
}
BREAK = {
    "numbers": broken_number,
    "dates": broken_date,
    "names": broken_name,
    "polarity": lambda s, c, w: broken_polarity(s, c),
}
for check, fits in FITS.items():
    for code in LANGUAGES:
        for faithful in (True, False):
            done = 0
            rng.shuffle(order)
            for line in order:
                other = [item for item in LANGUAGES if item != code][done % 2]
                source, target = parallel[other][line], parallel[code][line]
                if done >= PER_CELL or not 40 <= len(target) <= (130 if check == 'dates' else 108) or not fits(target, code):
                    continue
                if faithful:
                    made = target
                elif check == "language":
                    made = parallel[next(item for item in LANGUAGES if item not in (code, other))][line] if done % 2 else source
                else:
                    made = BREAK[check](target, code, target + " " + source)
                if not made or (not faithful and made == target):
                    continue
                put(check, code, faithful, [made], original=(source, other))
                done += 1

# Quotations in translations: marks around words that the source does not quote, or other words in the marks.
for code in LANGUAGES:
    for faithful in (True, False):
        done = 0
        rng.shuffle(order)
        for line in order:
            other = [item for item in LANGUAGES if item != code][done % 2]
            source, target = parallel[other][line], parallel[code][line]
            quoted = len(QUOTE.findall(target)) == 1 and QUOTE.search(source)
            if done >= PER_CELL or len(target) > 240:
                continue
            if faithful and quoted:
                put("quotes", code, True, [target], original=(source, other))
                done += 1
            elif not faithful and not quoted and not re.search("[\"“«‘']", source + target) and len(target.split()) > 9:
                words = target.rstrip(".!?").split()
                start = rng.randrange(0, len(words) - 6)
                words[start], words[start + 5] = "“" + words[start], words[start + 5].rstrip(",") + "”"
                put("quotes", code, False, [" ".join(words) + "."], original=(source, other))
                done += 1

slip_cases.add(sys.modules[__name__])

for key in sorted(used):
    row = articles[key]
    print(json.dumps({"article": key, "language": row["lang"], "published": row["published"], "text": row["text"]}, ensure_ascii=False, separators=(",", ":")))
for case in lines:
    print(json.dumps(case, ensure_ascii=False, separators=(",", ":")))
