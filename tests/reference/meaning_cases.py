"""Public news texts -> cases for the checks of meaning, to be appended to tests/fixtures/checks/cases.jsonl:

    python tests/reference/meaning_cases.py EVAL_FOLDER 30 7 >> tests/fixtures/checks/cases.jsonl

Adequacy, on the half of the documents that `lexicon/calibrate.py` does not learn from: another sentence of the same
document, half of the sentence dropped, a clause replaced, and foreign words in it; faithful are the human
translations. Briefs: talk about the article, fused sentences, certainty that the article does not have, offices and
events that it does not give. Faithful are titles (held against the text alone), sentences of the articles and of
written abstracts. The same arguments give the same bytes.
"""

import json
import random
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "lexicon"))
import cases  # noqa: E402

FOLDER, CELL, SEED = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
LANGUAGES = ("en", "tr", "ru")
rng = random.Random(SEED)


def show(row):
    print(json.dumps(row, ensure_ascii=False))


def adequacy():
    rows = cases.halves(cases.texts(FOLDER / "mt"))[1]
    classes = {language: cases.words_of(rows, language) for language in LANGUAGES}
    for target in LANGUAGES:
        kinds = ("moved", "half", "clause")
        for kind in kinds + ("human",) * len(kinds):
            made = 0
            for at in rng.sample(range(len(rows)), len(rows)):
                source = rng.choice([language for language in LANGUAGES if language != target])
                pair = cases.spoil(kind, rows, at, source, target, classes[target], rng)
                if pair and made < CELL // len(kinds):
                    made += 1
                    show({"id": f"adequacy-{kind}-{source}-{target}-{at}", "check": "adequacy", "language": target,
                          "faithful": kind == "human", "original": pair[0], "original_language": source,
                          "sentences": [pair[1]]})


TALK = {
    "en": ["The article discusses how {}", "This article is about the fact that {}", "The text describes that {}",
           "In this article, {}", "The news story explains that {}", "According to the article, {}",
           "The author highlights that {}", "This report outlines how {}", "The passage states that {}"],
    "tr": ["Bu haberde {} anlatılıyor.", "Makalede {} ele alınıyor.", "Haberde {} konusu işleniyor ve ele alınmaktadır.",
           "Bu makale, {} hakkındadır.", "Metinde {} açıklanıyor.", "Bu yazıda {} inceleniyor.", "Yazar, {} konusundan bahsediyor."],
    "ru": ["В статье рассказывается о том, что {}", "Статья посвящена тому, что {}", "В этом тексте говорится, что {}",
           "Автор описывает, как {}", "В материале рассматривается, как {}", "Данная статья описывает, как {}",
           "В тексте обсуждается, что {}"],
}
SOFT = {
    "en": [(r"\bmay (\w+)", r"will surely \1"), (r"\b(?:might|could) be\b", "is"), (r"\bSome\b", "All"), (r"\bsome\b", "all"),
           (r"\bMany\b", "All"), (r"\bmany\b", "all"), (r"\b(?:allegedly|reportedly|possibly|probably|apparently) ", ""),
           (r"\bmost\b", "all"), (r"\bplans to (\w+)", r"began to \1"), (r"\bis expected to (\w+)", r"began to \1")],
    "tr": [(r"\bBazı\b", "Bütün"), (r"\bbazı\b", "bütün"), (r"\b[Bb]irçok\b", "bütün"), (r"(\w+)(?:abilir|ebilir)\b", r"\1di"),
           (r"\b(?:belki|muhtemelen) ", ""), (r"\bplanlıyor\b", "başladı"), (r"\bbirkaç\b", "bütün"), (r"\bçoğu\b", "hepsi")],
    "ru": [(r"\b(?:возможно|вероятно|якобы|предположительно),? ", ""), (r"\bнекоторые\b", "все"), (r"\bНекоторые\b", "Все"),
           (r"\bмногие\b", "все"), (r"\bМногие\b", "Все"), (r"\bможет ", ""), (r"\bмогут ", ""), (r"\bнесколько\b", "все"),
           (r"\bпланирует\b", "начал"), (r"\bбольшинство\b", "все")],
}


def sentences(text, language):
    found = []
    for paragraph in text.split("\n"):
        found += [s for s in re.split(r"(?<=[.!?…])\s+(?=[A-ZА-ЯÇĞİÖŞÜ])", paragraph) if 8 <= len(s.split()) <= 30]
    return found


def briefs(language):
    rows = [json.loads(line) for line in open(FOLDER / f"sum/{language}-dev.jsonl", encoding="utf-8")]
    rows = [row for row in rows if len(row["text"]) <= 2600]
    rng.shuffle(rows)
    used, made = {}, []

    def case(kind, faithful, row, sentence):
        key = f"{language}:meaning:{row['id']}"
        used[key] = row
        made.append({"id": f"{kind}-{language}-{len(made)}", "check": kind, "language": language, "faithful": faithful,
                     "source": key, "sentences": [sentence]})

    pools = [(row, sentences(row["text"], language)) for row in rows]
    pools = [(row, pool) for row, pool in pools if len(pool) >= 6]
    for at in range(CELL):
        row, pool = pools[at % len(pools)]
        one = rng.choice(pool)
        inner = one[0].lower() + one[1:].rstrip(".")
        case("meta", False, row, rng.choice(TALK[language]).format(inner) + ("" if language == "tr" else "."))
        case("meta", True, row, rng.choice(pool))
        first, second = sorted(rng.sample(range(len(pool)), 2))
        for _ in range(20):
            if second - first >= 3:
                break
            first, second = sorted(rng.sample(range(len(pool)), 2))
        head, tail = pool[first].split(), pool[second].rstrip(".").split()
        case("fusion", False, row, " ".join(head[: len(head) // 2] + tail[len(tail) // 2 :]) + ".")
        case("fusion", True, row, rng.choice(pool))
    hits = []
    for row, pool in pools:
        for sentence in pool:
            for pattern, change in SOFT[language]:
                changed = re.sub(pattern, change, sentence, count=1)
                if changed != sentence:
                    hits.append((row, sentence, changed))
                    break
    rng.shuffle(hits)
    for row, sentence, changed in hits[:CELL]:
        case("certainty", False, row, changed)
        case("certainty", True, row, sentence)
    for key, row in sorted(used.items()):
        show({"article": key, "language": language, "title": row["title"], "text": row["text"]})
    for row in made:
        show(row)


# Offices in one form each, and events that did not happen.
OFFICES = {
    "en": ["president", "prime minister", "king", "queen", "governor", "mayor", "senator", "judge", "professor", "ambassador",
           "bishop", "prosecutor", "sultan", "pope", "emperor"],
    "tr": ["cumhurbaşkanı", "başbakanı", "kralı", "kraliçesi", "valisi", "belediye başkanı", "senatörü", "yargıcı", "profesörü",
           "büyükelçisi", "imparatoru", "başpiskoposu"],
    "ru": ["президент", "премьер-министр", "король", "королева", "губернатор", "мэр", "сенатор", "судья", "профессор", "посол",
           "епископ", "прокурор", "император", "канцлер"],
}
EVENTS = {
    "en": [(r"\b(?:injured|wounded|hurt|saved|rescued|hired|honoured|elected)\b", "killed"),
           (r"\b(?:questioned|invited|fined|named|welcomed)\b", "arrested")],
    "tr": [(r"\b(?:yaralandı|kurtarıldı|bulundu|görüldü|seçildi)\b", "öldürüldü"), (r"\b(?:geldi|gitti|serbest bırakıldı)\b", "tutuklandı")],
    "ru": [(r"\b(?:ранен|спасен|найден|избран|замечен|награжден)\b", "убит"), (r"\b(?:прибыл|приехал|освобожден|назначен)\b", "арестован")],
}


def swapped(sentence, language, chance):
    """The sentence with another office, or with another event."""
    places = [(office, re.search(rf"\b{office}\b", sentence, re.IGNORECASE)) for office in OFFICES[language]]
    places = [(office, place) for office, place in places if place]
    if places:
        office, place = chance.choice(places)
        other = chance.choice([one for one in OFFICES[language] if one != office])
        other = other[0].upper() + other[1:] if place.group()[0].isupper() else other
        return sentence[: place.start()] + other + sentence[place.end() :]
    for pattern, event in EVENTS[language]:
        changed = re.sub(pattern, event, sentence, count=1)
        if changed != sentence:
            return changed
    return None


def claims(language):
    """Briefs: an office or event of a sentence exchanged; faithful are titles held against their texts alone. Translations:
    the same in human ones."""
    rows = [json.loads(line) for line in open(FOLDER / f"sum/{language}-dev.jsonl", encoding="utf-8")]
    chance = random.Random(SEED)
    chance.shuffle(rows)
    made, used = [], {}

    def case(faithful, row, sentence):
        key = f"{language}:claims:{row['id']}"
        used[key] = row
        made.append({"id": f"claims-{language}-{len(made)}", "check": "claims", "language": language, "faithful": faithful,
                     "source": key, "sentences": [sentence]})

    titled = [row for row in rows if row["title"] and len(row["text"]) <= 4000]
    for row in titled[:CELL]:
        case(True, row, row["title"])
    hits = [(row, swapped(sentence, language, chance)) for row in titled for sentence in sentences(row["text"], language)]
    hits = [(row, sentence) for row, sentence in hits if sentence]
    chance.shuffle(hits)
    offices = [hit for hit in hits if any(office in hit[1].lower() for office in OFFICES[language])]
    events = [hit for hit in hits if hit not in offices]
    events = events[: CELL // 2]
    for row, sentence in events + offices[: CELL - len(events)]:
        case(False, row, sentence)
    for key, row in sorted(used.items()):
        show({"article": key, "language": language, "title": None, "text": row["text"]})
    for row in made:
        show(row)
    pairs = cases.halves(cases.texts(FOLDER / "mt"))[1]
    for faithful in (False, True):
        count = 0
        for at in chance.sample(range(len(pairs)), len(pairs)):
            source = chance.choice([one for one in LANGUAGES if one != language])
            one, two = pairs[at][2][source], pairs[at][2][language]
            changed = swapped(two, language, chance)
            if changed and count < CELL:
                count += 1
                show({"id": f"claims-{source}-{language}-{at}-{faithful}", "check": "claims", "language": language, "faithful": faithful,
                      "original": one, "original_language": source, "sentences": [two if faithful else changed]})


adequacy()
for code in LANGUAGES:
    briefs(code)
for code in LANGUAGES:
    claims(code)
