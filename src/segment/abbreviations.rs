//! Abbreviations of the three languages and how each behaves before a full stop. In lower case and
//! without their last stop.

use crate::language::Language;

/// What an abbreviation tells about the stop behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// "e.g.", "т. е.": the sentence always goes on.
    Inner,
    /// "Dr.", "ул.": a name follows; only a word that begins sentences and no name ends it here.
    BeforeName,
    /// The same for words that have another meaning in small letters ("gen", "bul"): counts only
    /// with a capital.
    BeforeNameWithCapital,
    /// "No. 5", "рис. 2": only before a number.
    BeforeNumber,
    /// "5 km.", "7 ч.": behind a number, and not between two.
    Unit,
    /// "Inc.", "U.S.", "т. д.": as likely inside as at the end.
    Either,
}

use Abbreviation::{BeforeName, BeforeNameWithCapital, BeforeNumber, Either, Inner, Unit};

const ENGLISH: [(Abbreviation, &str); 6] = [
    (Inner, "e.g i.e cf viz approx vs v incl"),
    (
        BeforeName,
        "mr mrs ms dr prof messrs mme mlle lt col capt cmdr maj sgt cpl pvt adm det supt insp dist \
         univ dept asst assoc amb atty st mt ft pres rt",
    ),
    (
        BeforeNameWithCapital,
        "rev hon gen gov sen rep reps sens fr sec ste bros mon tue tues wed thu thurs fri sat sun",
    ),
    (BeforeNumber, "no nos art fig figs vol vols pp p ch sec ca c est tel ext op par para pl"),
    (Unit, "in ft lb lbs oz mph kph km kg cm mm min hr hrs sec yd yds gal sq"),
    (
        Either,
        "inc ltd co corp llc plc jr sr esq u.s u.k u.n e.u d.c ph.d m.d b.a m.a ave blvd rd assn",
    ),
];

const TURKISH: [(Abbreviation, &str); 6] = [
    (Inner, "bkz örn t.c m.ö m.s i.ö i.s haz.l a.g.e krş yak"),
    (
        BeforeName,
        "dr prof doç yrd av uzm öğr gör arş bn alb yzb bnb tğm ütğm kor orgen korg tümg tuğg tuğa \
         tüma kora ora org kd asb emk mah mh cd cad blv bulv apt çev md mad müh mim ecz vet dt psk dyt fzt \
         yrd.doç prof.dr doç.dr op.dr uzm.dr av.dr dr.öğr öğr.gör ord bşk müd gnl yard mr mrs ms mhl \
         a.ş ltd şti ltd.şti tic san alm ing faks tlf",
    ),
    (
        BeforeNameWithCapital,
        "op sn hz gen sok sk bul st der yay haz fr ist ank gön hem san ed ara tel kur öz",
    ),
    (BeforeNumber, "no s sf sh mad md şek böl cilt sayı fıkra f c say"),
    (Unit, "km kg cm mm m gr g lt l dk sn sa mr tl"),
    (Either, "vb vs vd jr yy"),
];

const RUSSIAN: [(Abbreviation, &str); 6] = [
    (
        Inner,
        "т.е т.к т.н т.о напр прибл ок т.ч в.т.ч ср см англ нем фр исп итал лат греч тур укр рус ред прим",
    ),
    (
        BeforeName,
        "св проф акад доц ул пр-т просп пер пл бул б-р наб ш обл р-н пос дер корр чл чл.-корр \
         д-р гр г-н г-жа г-да тов ген лейт адм зам нач зав канд преп инж арх реж сост изд ст стр гл \
         тел им р с д п о т м х пгт мкр туп аул оз хр влад вл корп кв рук зав респ пр гос деп кав дж соч",
    ),
    (BeforeNameWithCapital, "полк кап худ майор мл"),
    (BeforeNumber, "рис табл вып разд ауд каб оф пом эт подп абз лит стб доб ч к л ном прил"),
    (
        Unit,
        "г гг в вв м р т л ч мин сек с км кг см мм га млн млрд трлн тыс руб коп долл проц чел шт экз мес \
         нед лет ед л.с п.п евро ц",
    ),
    (Either, "т.д т.п др пр н.э ж.д мн проч"),
];

/// How an abbreviation behaves; the same word may be several ("с. 5", "с. Ивановка", "10 с.").
pub(super) fn kinds(language: Language, word: &str) -> impl Iterator<Item = Abbreviation> {
    let lists = match language {
        Language::English => &ENGLISH,
        Language::Turkish => &TURKISH,
        Language::Russian => &RUSSIAN,
    };
    lists
        .iter()
        .filter(move |(_, list)| list.split_whitespace().any(|entry| entry == word))
        .map(|(kind, _)| *kind)
}

/// Abbreviations of several parts that are printed with a space between them: "т. е.", "и т. д.".
pub(super) fn is_pair(language: Language, word: &str) -> bool {
    let list = match language {
        Language::English => "a.m p.m e.g i.e u.s u.k d.c",
        Language::Turkish => "a.ş t.c m.ö m.s",
        Language::Russian => "т.е т.к т.н т.о т.д т.п т.ч н.э л.с ж.д п.п",
    };
    list.split_whitespace().any(|entry| entry == word)
}
