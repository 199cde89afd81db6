use super::*;
use crate::article::Status;

const IPTC: &str = "\u{1}vel0123 4 i 93  vwa 0017\r\n\r\nVelmar/transport/\r\n\u{2}1ST LEAD\r\n\
    Velmar bridge opens again,\r\nmayor says\r\nBy Ada Moss =\r\n\r\n   Velmar (vwa) - The bridge of Velmar was opened\r\n\
    on Monday after two years of repairs.\r\n\r\n   Cars may pass again.\r\n\r\n# vwa NOTEBOOK\r\n\r\n## Contacts\r\n\
    - Editing by: Bo\r\n\r\nvwa am jw\r\n\r\n\u{3}041015 GMT Mar 24\r\n";

#[test]
fn iptc_7901_keeps_its_header_and_trailer_out_of_the_story() {
    let drafts = read(IPTC);
    assert_eq!(drafts.len(), 1);
    let draft = drafts[0].as_ref().unwrap();
    assert_eq!(draft.title.as_deref(), Some("Velmar bridge opens again, mayor says"));
    assert_eq!(draft.paragraphs.len(), 2, "{:?}", draft.paragraphs);
    assert!(draft.paragraphs[0].ends_with("opened on Monday after two years of repairs."));
    assert_eq!(draft.published.as_deref(), Some("2024-03-04T10:15:00Z"));
    let details = &draft.details;
    assert_eq!(details.slug.as_deref(), Some("Velmar/transport"));
    assert_eq!(details.byline.as_deref(), Some("Ada Moss"));
    assert_eq!((details.item.as_deref(), details.version.as_deref()), (Some("vel0123"), Some("1")));
}

#[test]
fn a_kill_names_what_it_kills_and_a_file_may_hold_many() {
    let kill = IPTC
        .replace("1ST LEAD", "KILL")
        .replace("vel0123", "vel0130")
        .replace("The bridge of Velmar was opened", "Kill vel0123, \"Velmar bridge opens again\"");
    let drafts = read(&format!("{IPTC}{kill}"));
    assert_eq!(drafts.len(), 2);
    let details = &drafts[1].as_ref().unwrap().details;
    assert_eq!(details.status, Status::Canceled);
    assert_eq!(details.replaces, ["vel0123", "Velmar bridge opens again"]);
}

#[test]
fn anpa_1312_takes_the_lines_above_the_story_apart() {
    let text = "\u{16}\u{16}\u{1}W1234\u{1f}wire-\r\nr f \u{13}\u{11}BC-Velmar-Bridge     03-04 0210\r\n\
        \u{2}^BC-Velmar-Bridge, 2nd Ld,120<\r\n^Velmar bridge opens again<\r\n^Eds: Adds quote.<\r\n^By ADA MOSS=\r\n\
        ^Plain Wire=\r\n\t   VELMAR (PW) _ The bridge was opened on Monday.\r\n\r\n\t   ``It is done,'' she said.\r\n\
        ^AP-WF-03-04-24 1015GMT<\u{3}\r\n";
    let drafts = read(text);
    let draft = drafts[0].as_ref().unwrap();
    assert_eq!(draft.title.as_deref(), Some("Velmar bridge opens again"));
    assert_eq!(
        draft.paragraphs,
        ["VELMAR (PW) — The bridge was opened on Monday.", "“It is done,” she said."]
    );
    assert_eq!(draft.published.as_deref(), Some("2024-03-04T10:15:00Z"));
    let details = &draft.details;
    assert_eq!(
        (details.byline.as_deref(), details.version.as_deref()),
        (Some("ADA MOSS"), Some("2"))
    );
    assert_eq!(details.slug.as_deref(), Some("BC-Velmar-Bridge, 2nd Ld"));
    assert_eq!(details.editors_note.as_deref(), Some("Eds: Adds quote."));
}

#[test]
fn telex_frames_short_services_and_indents() {
    let text = "ZCZC\nT0231 4 I 93 TKL 0231\n\nVelmar bridge opens again\n   VELMAR, March 4. /PW/. The bridge of Velmar was opened\n\
        on Monday after two years of repairs.\n   Cars may pass again, the mayor of the town said, and\nbuses follow in May.\n\nNNNN\n";
    assert!(is_wire(text));
    let drafts = read(text);
    let draft = drafts[0].as_ref().unwrap();
    assert_eq!(draft.title.as_deref(), Some("Velmar bridge opens again"));
    assert_eq!(draft.paragraphs.len(), 2, "{:?}", draft.paragraphs);
    assert!(draft.paragraphs[1].ends_with("buses follow in May."));
}
