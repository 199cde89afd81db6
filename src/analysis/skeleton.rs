//! Names in Latin and Cyrillic letters → how alike they sound, from 0 to 1.

use crate::analysis::tokens::lower_case;
use crate::language::Language;

/// One letter per sound: `S` is sh, `C` is ch, `J` is zh or j, `c` is ts.
fn sounds(word: &str, language: Language) -> Vec<char> {
    let lower = lower_case(word, language);
    let mut spelled = String::new();
    // Уэйн, Уильям: the English w.
    let glide = lower.starts_with('у') && lower.chars().nth(1).is_some_and(|l| "аеиоэ".contains(l));
    if glide {
        spelled.push('v');
    }
    for letter in lower.chars().skip(usize::from(glide)) {
        match cyrillic(letter) {
            Some(sound) => spelled.push_str(sound),
            None => spelled.push_str(&latin(letter, language)),
        }
    }
    for (letters, sound) in CLUSTERS {
        spelled = spelled.replace(letters, sound);
    }
    let letters: Vec<char> = spelled.chars().collect();
    let mut found: Vec<char> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let soft = letters.get(at + 1).is_some_and(|next| "eiy".contains(*next));
        let sound = match letter {
            'q' if soft => 's',
            'q' => 'k',
            'w' => 'v',
            'y' => 'i',
            _ => *letter,
        };
        push(&mut found, sound);
    }
    found
}

/// Doubles count once; of vowels in a row the first stays, or the one after a gliding i.
fn push(found: &mut Vec<char>, sound: char) {
    match found.last_mut() {
        Some(last) if *last == sound => {}
        Some(last) if is_vowel(*last) && is_vowel(sound) => {
            if *last == 'i' {
                *last = sound;
            }
        }
        _ => found.push(sound),
    }
}

/// Letter groups that are one sound; `q` stands for a Latin `c` until its neighbour is known.
const CLUSTERS: [(&str, &str); 22] = [
    ("sqh", "S"),
    ("tsch", "C"),
    ("sh", "S"),
    ("qh", "C"),
    ("zh", "J"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dJ", "J"),
    ("dj", "J"),
    ("tz", "c"),
    ("ts", "c"),
    ("qk", "k"),
    ("x", "ks"),
    ("ee", "i"),
    ("ea", "i"),
    ("oo", "u"),
    ("ou", "u"),
    ("igh", "ai"),
    ("j", "J"),
    ("wh", "v"),
];

fn cyrillic(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'э' | 'є' => "e",
        'ж' => "J",
        'з' => "z",
        'и' | 'ы' | 'і' => "i",
        'й' => "i",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "c",
        'ч' => "C",
        'ш' | 'щ' => "S",
        'ъ' | 'ь' => "",
        'ю' => "iu",
        'я' => "ia",
        _ => return None,
    })
}

fn latin(letter: char, language: Language) -> String {
    let plain = match letter {
        'ş' | 'š' | 'ś' => "S",
        'ç' if language == Language::Turkish => "C",
        'ç' => "s",
        'č' | 'ć' => "C",
        'ž' => "J",
        'ğ' => "g",
        'ı' | 'í' | 'ì' | 'î' | 'ï' => "i",
        'ö' | 'ó' | 'ò' | 'ô' | 'ø' | 'õ' => "o",
        'ü' | 'ú' | 'ù' | 'û' => "u",
        'â' | 'á' | 'à' | 'ä' | 'ã' | 'å' => "a",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'ñ' => "n",
        'c' => "q",
        _ => return letter.to_string(),
    };
    plain.to_string()
}

/// Endings that Russian puts on names, longest first.
const ENDINGS: [&str; 35] = [
    "ский",
    "скую",
    "ское",
    "ски",
    "ского",
    "скому",
    "скими",
    "ским",
    "ском",
    "ской",
    "ская",
    "ские",
    "ских",
    "ами",
    "ями",
    "ого",
    "ому",
    "ыми",
    "ом",
    "ем",
    "ой",
    "ей",
    "ым",
    "ов",
    "ах",
    "ых",
    "ию",
    "ии",
    "а",
    "у",
    "е",
    "ы",
    "и",
    "я",
    "ю",
];

/// How alike two names sound: 1 is the same. Endings of Russian cases do not count.
pub fn likeness(left: &str, left_language: Language, right: &str, right_language: Language) -> f64 {
    let lefts = variants(left, left_language);
    let rights = variants(right, right_language);
    let mut best: f64 = 0.0;
    for left in &lefts {
        for right in &rights {
            best = best.max(alike(left, right));
        }
    }
    best
}

fn variants(word: &str, language: Language) -> Vec<Vec<char>> {
    let mut found = vec![sounds(word, language)];
    let lower = lower_case(word, language);
    for ending in ENDINGS {
        if let Some(stem) = lower.strip_suffix(ending).filter(|stem| stem.chars().count() >= 3) {
            found.push(sounds(stem, language));
        }
    }
    // The e at the end of Rose, Wayne, Charlotte is silent.
    let silent = lower.strip_suffix('e').filter(|stem| stem.chars().count() >= 3);
    found.extend(silent.map(|stem| sounds(stem, language)));
    // Turkish writes j as c: Hacı, Cinping; an English name in Turkish text keeps its own sound.
    if language == Language::Turkish && lower.contains('c') {
        found.push(sounds(&lower.replace('c', "j"), language));
    }
    found
}

fn alike(left: &[char], right: &[char]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    let mut row: Vec<f64> = vec![0.0];
    for letter in right {
        row.push(row.last().copied().unwrap_or(0.0) + drop_cost(*letter));
    }
    for from in left {
        let mut next = vec![row[0] + drop_cost(*from)];
        for (at, to) in right.iter().enumerate() {
            let change = row[at] + change_cost(*from, *to);
            let removed = row[at + 1] + drop_cost(*from);
            let added = next[at] + drop_cost(*to);
            next.push(change.min(removed).min(added));
        }
        row = next;
    }
    let cost = row.last().copied().unwrap_or(f64::MAX);
    let weight = |letters: &[char]| letters.iter().map(|l| drop_cost(*l).max(0.5)).sum::<f64>();
    (1.0 - cost / weight(left).max(weight(right))).max(0.0)
}

fn is_vowel(letter: char) -> bool {
    "aeiou".contains(letter)
}

fn drop_cost(letter: char) -> f64 {
    match letter {
        'h' => 0.35,
        'g' | 'r' | 'd' | 't' | 'J' => 0.8,
        _ if is_vowel(letter) => 0.35,
        _ => 1.0,
    }
}

/// Sounds that the three spellings exchange.
const KIN: [&str; 14] =
    ["gJ", "kgh", "szc", "sS", "SC", "CJ", "zJ", "td", "vfu", "bp", "bv", "ct", "iJ", "mn"];

fn change_cost(from: char, to: char) -> f64 {
    if from == to {
        0.0
    } else if is_vowel(from) && is_vowel(to) {
        0.25
    } else if KIN.iter().any(|group| group.contains(from) && group.contains(to)) {
        0.45
    } else {
        1.2
    }
}
