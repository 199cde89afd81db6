//! Languages that look like Turkish or Russian, told from them by words and letters that the other
//! lacks. A handful of words is enough: each text is full of the small words of its language.

use std::collections::HashSet;

/// A language beside one of the three.
struct Neighbour {
    name: &'static str,
    /// Common words that Turkish or Russian does not have, in lower case.
    words: &'static str,
    /// Letters that Turkish or Russian does not have.
    letters: &'static str,
}

/// Small words of Turkish that its neighbours write in another way; also as people type them
/// without their letters.
const TURKISH: &str = "için icin değil degil dedi gibi kadar çok cok daha ama ancak şey sey olarak \
    sonra göre gore ile ise bir bu olan olduğunu oldugunu ettiği ediyor yapılan tarafından böyle \
    nasıl neden hiç yok var şimdi artık fakat çünkü iki yeni büyük diye eden etti oldu hem";

const TURKIC: [Neighbour; 7] = [
    Neighbour {
        name: "Azerbaijani",
        words: "və üçün ucun ilə edib olub deyib bildirib haqqında haqqinda isə görə həm amma \
            müxtəlif muxtelif şəhər respublikası respublikasi respublikasının naziri nazirliyi \
            nazirlər ölkə olke qeyd qəbul qebul qərar qerar hər olunub edilib etmək etmek olmaq \
            əsas digər diger daxil xüsusi xususi yaxın yaxin çox cox deyil ancaq üzrə uzre \
            hüququ huququ hüquq huquq malikdir bərabər heç hec şəxs sexs yaxud çıxış cixis \
            keçirilib kecirilib iclas iclasında xalq xalqı dövlət dovlet hökumət hokumet ildə \
            nəfər nefer",
        letters: "əqx",
    },
    Neighbour {
        name: "Uzbek",
        words: "va bilan uchun ham edi boʻlgan bo‘lgan bo'lgan bo‘yicha bo'yicha haqida deb ko‘ra \
            ko'ra emas yil yilda kishi mumkin hamda lekin qilish qildi qilgan har o‘z o'z yoki ega \
            huquqiga huquq inson kerak bo‘lib bo'lib uning ular shu barcha ichida orqali keyin \
            respublikasi prezidenti yangi ochildi bo‘ldi bo'ldi tomonidan hech qanday lozim qarshi",
        letters: "ʻqx",
    },
    Neighbour {
        name: "Crimean Tatar",
        words: "içün edi olğan olğanı olğanını aqqında aqqı aqqına aq kerek soñ soñra dep qadar \
            ğayrı olıp etip onıñ kesniñ yaki milliy kibi qırım qırımtatar yoq mında olmaq etmek \
            yañı maliktir şahıs berildi",
        letters: "ñq",
    },
    Neighbour {
        name: "Turkmen",
        words: "we üçin bolan boýunça ýa bolup edýär hukugy hukuklary türkmenistanyň şeýle ýyl \
            bolmagy etmäge hakly",
        letters: "ýňžä",
    },
    Neighbour {
        name: "Gagauz",
        words: "deyni ani olêr lääzım onnar bän olmaa gagauz dä taa",
        letters: "äêţ",
    },
    Neighbour {
        name: "Tatar",
        words: "häm belän öçen ide yäki keşe bulgan turında",
        letters: "äñq",
    },
    Neighbour {
        name: "Kurdish",
        words: "û ku bi ji li jî wê wî mirov heye hatine bike dike çi xwe",
        letters: "",
    },
];

/// Small words of Russian that its neighbours lack or write in another way.
const RUSSIAN: &str = "что это он она они как был была было были его её их из к о об для же бы также \
    после ещё который которая которые года году или так уже только при чтобы если но мы вы я ты \
    сказал заявил сообщил со ко во этот эта эти того этого может быть нет да все всё перед между \
    с и в по не";

const CYRILLIC: [Neighbour; 15] = [
    Neighbour {
        name: "Ukrainian",
        words: "і та що з як є це від він вона вони буде було був була але також про його її їх для \
            які який яка або не на за до у при цього року після має повинна кожна людина щоб під час \
            уряд ухвалив рішення сказав сказала повідомив",
        letters: "іїєґ",
    },
    Neighbour {
        name: "Belarusian",
        words: "і што з як гэта ён яна яны быў была але таксама пра яго яе іх які якая або для пасля \
            мае кожны чалавек павінна ці гэтага каб ад урад",
        letters: "ўі",
    },
    Neighbour {
        name: "Bulgarian",
        words: "се са е че това като ще който която което които беше бяха няма има след само още със \
            във ли си ѝ към тя той те тази този тези както но или при от до без всеки трябва може \
            бъде бил била съобщи заяви каза правителството министърът страната годината според \
            между също обаче където когато защото",
        letters: "",
    },
    Neighbour {
        name: "Macedonian",
        words: "се е ќе што тоа како од во ги го му беше има нема кој која кои со при оваа овој \
            секој треба може биде изјави рече владата врз ниту или сите нивните своите",
        letters: "ѓќѕјљњџ",
    },
    Neighbour {
        name: "Serbian",
        words: "је су се да што као али од који која које није био била ће би са или свако има право \
            може бити не сме ни своје рекао изјавио влада",
        letters: "јљњђћџ",
    },
    Neighbour {
        name: "Kazakh",
        words: "және мен бен пен үшін бұл бір деп болып туралы осы барлық адам құқығы құқылы тиіс \
            немесе бойынша кейін болды",
        letters: "әғқңөұүһі",
    },
    Neighbour {
        name: "Kyrgyz",
        words: "жана менен бул үчүн болгон болуп деп тууралуу бардык адам укугу укуктуу керек же \
            боюнча кийин бир эмес ар ким тарабынан болду өз",
        letters: "ңөү",
    },
    Neighbour {
        name: "Tatar",
        words: "һәм белән бу өчен булган буларак дип турында барлык кеше хокукы хокуклы тиеш яки \
            буенча соң бер түгел һәр үз",
        letters: "әөүҗңһ",
    },
    Neighbour {
        name: "Bashkir",
        words: "һәм менән был өсөн булған тип тураһында бөтә кеше хоҡуғы хоҡуҡлы тейеш йәки буйынса",
        letters: "әөүҙҫҡғңһ",
    },
    Neighbour {
        name: "Uzbek",
        words: "ва билан бу учун ҳам бўлган деб ҳақида инсон ҳуқуқи ҳар ёки эга керак бўйича кейин \
            ўз эмас ҳуқуқига бир бўлиб унинг",
        letters: "ўқғҳ",
    },
    Neighbour {
        name: "Tajik",
        words: "ва ба дар аз ки ин барои бо ҳар шахс ҳуқуқ дорад ё бояд аст буд",
        letters: "ҷӣӯҳқғ",
    },
    Neighbour {
        name: "Crimean Tatar",
        words: "ве ичюн эди олгъан акъкъында керек сонъ деп къадар олып этип эр кес я да эм кириш \
            инсан акъкъы къырым бу бир оларакъ",
        letters: "",
    },
    Neighbour {
        name: "Azerbaijani",
        words: "вә үчүн илә олуб едиб деди һәр шәхс һүгугу бу бир олмалыдыр һагтында",
        letters: "әғҹҝөүјһ",
    },
    Neighbour {
        name: "Mongolian",
        words: "нь байна юм энэ бол болон хүн бүр эрх эрхтэй гэж ба",
        letters: "өү",
    },
    Neighbour {
        name: "Chuvash",
        words: "тата та те вӑл ҫын ҫав пӗр хӑйӗн тивӗҫлӗ",
        letters: "ӑӗҫӳ",
    },
];

/// Fewest signs of a neighbour, and the same in a text of so many words.
const SIGNS: f64 = 2.0;
const FEW_WORDS: usize = 6;

/// Share of the signs of Turkish or Russian that a neighbour's must reach: the lists of the two are
/// longer, and related languages have words of them.
const OWN: f64 = 0.8;

/// A letter that the other language lacks weighs as much as so many words.
const LETTER: f64 = 0.7;

/// A neighbour of Turkish that the text shows more signs of than of Turkish.
pub(super) fn of_turkish(text: &str) -> Option<&'static str> {
    named(text, TURKISH, &TURKIC, "")
}

/// A neighbour of Russian that the text shows more signs of than of Russian.
pub(super) fn of_russian(text: &str) -> Option<&'static str> {
    named(text, RUSSIAN, &CYRILLIC, "ыэё")
}

fn named(
    text: &str,
    own: &str,
    neighbours: &'static [Neighbour],
    own_letters: &str,
) -> Option<&'static str> {
    let own_words: HashSet<&str> = own.split_whitespace().collect();
    let lists: Vec<HashSet<&str>> =
        neighbours.iter().map(|neighbour| neighbour.words.split_whitespace().collect()).collect();
    let lowered = text.replace('İ', "i").to_lowercase();
    let mut scores = vec![0.0; neighbours.len()];
    // Letters alone show a neighbour of Russian; those of Latin script stand in many alphabets.
    let mut shown = vec![0usize; neighbours.len()];
    let (mut own_score, mut all) = (0.0, 0usize);
    let inside = |letter: char| letter.is_alphabetic() || "'’‘ʻ".contains(letter);
    for word in lowered.split(|letter: char| !inside(letter)).filter(|word| !word.is_empty()) {
        let word = word.trim_matches(['\'', '’', '‘']);
        all += 1;
        let own_letter = word.contains(|letter| own_letters.contains(letter));
        own_score += f64::from(u8::from(own_words.contains(word)));
        own_score += if own_letter { 0.3 } else { 0.0 };
        for (place, neighbour) in neighbours.iter().enumerate() {
            let known = lists[place].contains(word) && !own_words.contains(word);
            let foreign = word.contains(|letter| neighbour.letters.contains(letter));
            let telling =
                foreign && word.contains(|letter: char| letter == 'ə' || letter > '\u{400}');
            shown[place] += usize::from(known || telling);
            scores[place] += f64::from(u8::from(known)) + if foreign { LETTER } else { 0.0 };
        }
    }
    let (place, best) = scores
        .iter()
        .enumerate()
        .max_by(|first, second| first.1.total_cmp(second.1).then(second.0.cmp(&first.0)))?;
    let (needed, enough) = if all <= FEW_WORDS { (LETTER, 1) } else { (SIGNS, 2) };
    (*best >= needed && shown[place] >= enough && *best > own_score * OWN)
        .then_some(neighbours[place].name)
}
