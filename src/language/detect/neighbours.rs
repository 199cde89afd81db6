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

/// Small words of Turkish that its neighbours write in another way, also as people type them without
/// their letters; and those of English.
const TURKISH: &str = "için icin değil degil dedi gibi kadar ama ancak şey olarak sonra göre olduğunu oldugunu \
    olduğu ettiği ediyor yapılan tarafından nasıl neden şimdi artık fakat çünkü diye eden etti \
    oldu daha çok değildir olan the of and to in is that for it was with be by at he she they \
    you have had are were from this an or not but his their which will would been said who what \
    when where there after before more also about out into than them can could should";

const LATIN: [Neighbour; 8] = [
    Neighbour {
        name: "Azerbaijani",
        words: "və üçün ucun ilə edib olub deyib bildirib haqqında haqqinda isə görə həm amma \
            müxtəlif muxtelif şəhər respublikası respublikasi respublikasının naziri nazirliyi \
            nazirlər ölkə olke qeyd qəbul qebul qərar qerar hər olunub edilib etmək olmaq əsas \
            digər diger daxil xüsusi xususi yaxın yaxin çox cox deyil ancaq üzrə uzre hüququ \
            huququ hüquq huquq malikdir bərabər heç hec şəxs sexs yaxud çıxış cixis keçirilib \
            kecirilib iclas iclasında xalq xalqı dövlət dovlet hökumət hokumet ildə nəfər nefer",
        letters: "əqx",
    },
    Neighbour {
        name: "Uzbek",
        words: "va bilan uchun ham edi boʻlgan bo‘lgan bo'lgan bo‘yicha bo'yicha haqida deb ko‘ra \
            ko'ra emas yil yilda kishi mumkin hamda lekin qilish qildi qilgan har o‘z o'z yoki \
            ega huquqiga huquq inson kerak bo‘lib bo'lib uning ular shu barcha ichida orqali \
            keyin respublikasi prezidenti yangi ochildi bo‘ldi bo'ldi tomonidan hech qanday \
            lozim qarshi",
        letters: "ʻqx",
    },
    Neighbour {
        name: "Crimean Tatar",
        words: "içün edi olğan olğanı olğanını aqqında aqqı aqqına aq kerek soñ soñra dep qadar \
            ğayrı olıp etip onıñ kesniñ yaki milliy kibi qırım qırımtatar yoq mında olmaq yañı \
            berildi",
        letters: "ñq",
    },
    Neighbour {
        name: "Turkmen",
        words: "üçin bolan boýunça ýa bolup edýär hukugy hukuklary türkmenistanyň şeýle ýyl bolmagy \
            etmäge hakly",
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
        name: "Serbian",
        words: "je koji koja koje svako svi pravo niko sme biti nije što kao ili sa iz od za će \
            bio bila ima imaju prema zbog između ali već samo pri godine rekao izjavio vlada \
            niti svoje njegove ovo ova ove ovih pošto čoveka ljudi",
        letters: "čćđšž",
    },
    Neighbour {
        name: "Kurdish",
        words: "û ku ji li jî wê wî mirov heye hatine bike dike çi xwe",
        letters: "",
    },
];

/// Small words of Russian that its neighbours lack or write in another way.
const RUSSIAN: &str = "что это он она они как был была было были его её их из также ещё который которая которые \
    года году уже только чтобы если ты сказал заявил сообщил этот эта эти того этого может быть \
    нет всё перед бы ко тогда сейчас потом очень когда где кто более всех при со об";

const CYRILLIC: [Neighbour; 15] = [
    Neighbour {
        name: "Ukrainian",
        words: "і що з як є це від він вона вони буде було була але також його її їх які який яка \
            після повинна кожна людина щоб під має рік року уряд ухвалив сказав сказала \
            повідомив цього цей свої своїх або чи може бути мають ніхто людини",
        letters: "іїєґ",
    },
    Neighbour {
        name: "Belarusian",
        words: "і што з як гэта ён яна яны быў але таксама пра яго яе іх які якая або пасля мае \
            кожны чалавек павінна ці гэтага каб ад урад можа быць чалавека ніхто павінен краіны \
            людзей жа ўсе толькі калі якія сваёй свайго",
        letters: "ўі",
    },
    Neighbour {
        name: "Bulgarian",
        words: "се са че това като ще който която което които беше бяха няма има след само още със \
            във си ѝ към тя тази този тези както всеки трябва може бъде бил била съобщи заяви \
            каза правителството министърът страната годината според също обаче където когато \
            защото човек имат никой всички своите техните деца хората вече тук",
        letters: "",
    },
    Neighbour {
        name: "Macedonian",
        words: "се ќе што тоа како ги му беше има нема кој која кои оваа овој секој треба може биде \
            изјави рече владата врз ниту нивните своите од сите",
        letters: "ѓќѕјљњџ",
    },
    Neighbour {
        name: "Serbian",
        words: "је су се што као али од који која које није био била ће би са свако има може бити \
            сме своје рекао изјавио влада",
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
        words: "жана менен бул үчүн болгон болуп деп тууралуу бардык адам укугу укуктуу керек боюнча \
            кийин бир эмес ар ким тарабынан болду өз эч адамдын кайсы мамлекет өлкө тиеш анын \
            алардын бирок деген",
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
        words: "һәм менән өсөн булған тураһында бөтә кеше хоҡуғы хоҡуҡлы тейеш йәки буйынса",
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
        words: "ве ичюн эди олгъан акъкъында керек сонъ деп къадар олып этип эр кес эм кириш инсан \
            акъкъы къырым бу бир оларакъ",
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
        name: "Chuvash", words: "тата вӑл ҫын ҫав пӗр хӑйӗн тивӗҫлӗ", letters: "ӑӗҫӳ"
    },
];

/// Fewest signs of a neighbour, the same for each word of a short text, and the words of a text in
/// which a single word is enough.
const SIGNS: f64 = 2.0;
const SIGNS_IN_A_WORD: f64 = 0.11;
const FEW_WORDS: usize = 6;

/// Share of the signs of Turkish or Russian that a neighbour's must reach: the lists of the two are
/// longer, and related languages have words of them.
const OWN: f64 = 0.8;

/// A letter that the other language lacks weighs as much as so many words.
const LETTER: f64 = 0.7;

/// A neighbour of Turkish that the text shows more signs of than of Turkish.
pub(super) fn of_turkish(text: &str) -> Option<&'static str> {
    named(text, TURKISH, &LATIN, "")
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
    let mut scores = vec![0.0; neighbours.len()];
    let mut shown = vec![0usize; neighbours.len()];
    let (mut own_score, mut all) = (0.0, 0usize);
    let inside = |letter: char| letter.is_alphabetic() || "'’‘ʻ".contains(letter);
    for word in text.split(|letter: char| !inside(letter)).filter(|word| !word.is_empty()) {
        let word = word.trim_matches(['\'', '’', '‘']);
        let capital =
            all > 0 && word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
        let word = word.replace('İ', "i").to_lowercase();
        let word = word.as_str();
        all += 1;
        let own_letter = word.contains(|letter| own_letters.contains(letter));
        own_score += f64::from(u8::from(own_words.contains(word)));
        own_score += if own_letter { 0.5 } else { 0.0 };
        for (place, neighbour) in neighbours.iter().enumerate() {
            let known = lists[place].contains(word) && !own_words.contains(word);
            let foreign = word.contains(|letter| neighbour.letters.contains(letter));
            // Names keep the letters of their own language.
            let telling = foreign && !capital;
            shown[place] += usize::from(known) + usize::from(telling);
            scores[place] += f64::from(u8::from(known)) + if telling { LETTER } else { 0.0 };
        }
    }
    let (place, best) = scores
        .iter()
        .enumerate()
        .max_by(|first, second| first.1.total_cmp(second.1).then(second.0.cmp(&first.0)))?;
    let needed = (all as f64 * SIGNS_IN_A_WORD).clamp(LETTER, SIGNS);
    let enough = if all <= FEW_WORDS { 1 } else { 2 };
    (*best >= needed && shown[place] >= enough && *best > own_score * OWN)
        .then_some(neighbours[place].name)
}
