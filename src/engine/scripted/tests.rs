use super::*;
use crate::engine::GenerationOptions;

fn ask(engine: &Scripted, text: &str, max_new_tokens: usize) -> Result<Generation, RequestError> {
    let options = GenerationOptions {
        max_new_tokens,
        stop: vec!["\n\n".to_string()],
        ..GenerationOptions::default()
    };
    let request = Request { input: Input::Text(text.to_string()), options };
    engine.generate(&[request], &mut |_| {}).remove(0)
}

#[test]
fn the_first_rule_that_matches_answers_and_answers_go_round() {
    let engine = Scripted::parse(
        "{\"contains\": [\"sea\", \"wind\"], \"answers\": [\"storm\", \"calm\"]}\n\
         {\"answers\": [\"anything\"]}\n",
    )
    .unwrap();
    assert_eq!(ask(&engine, "wind over the sea", 9).unwrap().text, "storm");
    assert_eq!(ask(&engine, "sea and wind", 9).unwrap().text, "calm");
    assert_eq!(ask(&engine, "sea wind", 9).unwrap().text, "storm");
    assert_eq!(ask(&engine, "wind", 9).unwrap().text, "anything");
}

#[test]
fn limits_and_stops_are_kept_as_by_a_model() {
    let engine = Scripted::parse(r#"{"rules": [{"answers": ["one two three\n\nfour"]}]}"#).unwrap();
    let whole = ask(&engine, "count", 10).unwrap();
    assert_eq!((whole.text.as_str(), whole.stop), ("one two three", StopReason::StopString));
    let cut = ask(&engine, "count", 2).unwrap();
    assert_eq!((cut.text.as_str(), cut.stop), ("one two", StopReason::TokenLimit));
    assert_eq!((cut.tokens.len(), cut.logprobs.len()), (2, 2));
}

#[test]
fn errors_stops_and_long_prompts_can_be_scripted() {
    let script = r#"{"context_tokens": 12, "rules": [
        {"contains": ["fail"], "answers": [{"error": "no power"}]},
        {"answers": [{"text": "la la", "stop": "repetition"}]}]}"#;
    let engine = Scripted::parse(script).unwrap();
    assert_eq!(ask(&engine, "fail", 4), Err(RequestError::Failed("no power".to_string())));
    assert_eq!(ask(&engine, "sing", 4).unwrap().stop, StopReason::Repetition);
    let long = "word ".repeat(9);
    assert_eq!(ask(&engine, &long, 4), Err(RequestError::TooLong { tokens: 9, context: 12 }));
}

#[test]
fn a_bad_script_is_an_error() {
    assert!(Scripted::parse("{\"rules\": [{\"answers\": []}]}").is_err());
    assert!(Scripted::parse("{\"rulez\": []}").is_err());
}
