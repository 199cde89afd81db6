use super::*;
use crate::article::{Kind, Status};

fn g2(meta: &str, content: &str, set: &str) -> Result<Draft, ArticleError> {
    let text = format!(
        "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='urn:x' version='3' xml:lang='tr'>\
         <rightsInfo><copyrightNotice>(c) Tel</copyrightNotice><usageTerms>None.</usageTerms></rightsInfo>\
         <itemMeta>{meta}</itemMeta><contentMeta>{content}</contentMeta><contentSet>{set}</contentSet></newsItem>"
    );
    read_g2(&text).unwrap().remove(0)
}

const XHTML: &str = "<inlineXML contenttype='application/xhtml+xml'><h:html xmlns:h='u'><h:head>\
    <h:title>No</h:title></h:head><h:body><h:p>Köprü açıldı.</h:p><h:p>İkinci <h:b>satır</h:b>.</h:p>\
    </h:body></h:html></inlineXML>";

#[test]
fn an_item_of_g2_gives_its_fields() {
    let meta = "<provider qcode='nprov:TEL'/><versionCreated>2024-02-02T10:00:00+03:00</versionCreated>\
        <firstCreated>2024-02-01T09:00:00+03:00</firstCreated><embargoed>2024-02-03T00:00:00Z</embargoed>\
        <pubStatus qcode='stat:usable'/><edNote>Note.</edNote><signal qcode='sig:correction'/>\
        <link rel='irel:previousVersion' residref='urn:old'/>";
    let content = "<slugline>KOPRU</slugline><headline role='hld:short'>Kısa</headline>\
        <headline>Köprü açıldı mı</headline><by>By Ada</by><dateline>Velmar</dateline>";
    let draft = g2(meta, content, XHTML).unwrap();
    assert_eq!(draft.title.as_deref(), Some("Köprü açıldı mı"));
    assert_eq!(draft.paragraphs, ["Köprü açıldı.", "İkinci satır."]);
    assert_eq!(draft.published.as_deref(), Some("2024-02-01T09:00:00+03:00"));
    assert_eq!(draft.language.as_deref(), Some("tr"));
    let details = draft.details;
    assert_eq!(details.updated.as_deref(), Some("2024-02-02T10:00:00+03:00"));
    assert_eq!(details.embargo.as_deref(), Some("2024-02-03T00:00:00Z"));
    assert_eq!(details.status, Status::Corrected);
    assert_eq!((details.item.as_deref(), details.version.as_deref()), (Some("urn:x"), Some("3")));
    assert_eq!(details.replaces, ["urn:old"]);
    assert_eq!(
        (details.byline.as_deref(), details.dateline.as_deref()),
        (Some("Ada"), Some("Velmar"))
    );
    assert_eq!(details.source_name.as_deref(), Some("TEL"));
    assert_eq!(details.rights.as_deref(), Some("(c) Tel None."));
}

#[test]
fn content_of_g2_may_be_plain_or_missing() {
    let plain = "<inlineData contenttype='text/plain'>One line.\n\nAnother line.</inlineData>";
    assert_eq!(g2("", "", plain).unwrap().paragraphs, ["One line.", "Another line."]);
    let html = "<inlineData contenttype='text/html'>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</inlineData>";
    assert_eq!(g2("", "", html).unwrap().paragraphs, ["One.", "Two."]);
    assert_eq!(g2("", "<headline>H</headline>", ""), Err(ArticleError::NoText));
    let killed = g2("<pubStatus qcode='stat:canceled'/>", "<headline>H</headline>", "").unwrap();
    assert_eq!(killed.details.status, Status::Canceled);
    let picture = g2("<itemClass qcode='ninat:picture'/>", "", "<remoteContent href='x'/>");
    assert_eq!(picture, Err(ArticleError::NotText { kind: "a picture item" }));
    let advisory = g2("", "<genre qcode='genre:Advisory'/>", plain).unwrap();
    assert_eq!(advisory.kind, Some(Kind::Advisory));
    assert!(read_g2("<packageItem guid='p'><groupSet/></packageItem>").is_err());
}

fn first(inner: &str) -> Vec<Result<Draft, ArticleError>> {
    read_1(&format!(
        "<NewsML><NewsItem xml:lang='en'><Identification><NewsIdentifier><ProviderId>w.org</ProviderId>\
         <NewsItemId>N1</NewsItemId><RevisionId>2</RevisionId></NewsIdentifier></Identification>{inner}\
         </NewsItem></NewsML>"
    ))
    .unwrap()
}

#[test]
fn an_item_of_1_2_joins_its_parts_and_leaves_captions_out() {
    let inner = "<NewsManagement><FirstCreated>20240101T101500Z</FirstCreated><Status FormalName='Usable'/>\
        </NewsManagement><NewsComponent><NewsLines><HeadLine>Head</HeadLine><ByLine>by Bo</ByLine></NewsLines>\
        <NewsComponent><Role FormalName='Main'/><ContentItem><DataContent><p>One.</p><p>Two.</p></DataContent>\
        </ContentItem></NewsComponent><NewsComponent><Role FormalName='Photo Caption'/><ContentItem>\
        <DataContent>A bridge.</DataContent></ContentItem></NewsComponent></NewsComponent>";
    let drafts = first(inner);
    assert_eq!(drafts.len(), 1);
    let draft = drafts[0].as_ref().unwrap();
    assert_eq!(draft.title.as_deref(), Some("Head"));
    assert_eq!(draft.paragraphs, ["One.", "Two."]);
    assert_eq!(draft.published.as_deref(), Some("2024-01-01T10:15:00Z"));
    assert_eq!(draft.details.item.as_deref(), Some("w.org:N1"));
    assert_eq!(draft.details.byline.as_deref(), Some("Bo"));
}

#[test]
fn stories_with_their_own_headlines_are_articles_and_renditions_are_one() {
    let part = |head: &str, text: &str| {
        format!(
            "<NewsComponent><NewsLines><HeadLine>{head}</HeadLine></NewsLines><ContentItem><DataContent>\
             <![CDATA[<p>{text}</p>]]></DataContent></ContentItem></NewsComponent>"
        )
    };
    let two =
        first(&format!("<NewsComponent>{}{}</NewsComponent>", part("A", "a."), part("B", "b.")));
    let titles: Vec<_> = two.iter().map(|it| it.as_ref().unwrap().title.clone().unwrap()).collect();
    assert_eq!(titles, ["A", "B"]);
    let one = first(&format!(
        "<NewsComponent EquivalentsList='yes'>{}{}</NewsComponent>",
        part("A", "a."),
        part("A", "a.")
    ));
    assert_eq!(one.len(), 1);
    let embargoed = "<NewsManagement><Status FormalName='Embargoed'/><StatusWillChange><FutureStatus/>\
        <DateAndTime>20300101T000000Z</DateAndTime></StatusWillChange></NewsManagement>";
    let drafts = first(&format!("{embargoed}{}", part("A", "a.")));
    let details = &drafts[0].as_ref().unwrap().details;
    assert_eq!(details.embargo.as_deref(), Some("2030-01-01T00:00:00Z"));
    assert!(details.status.permits());
}
