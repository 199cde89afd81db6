//! What models leave around their answers — thinking aloud, control tokens of chat templates —
//! is taken out, so that it never reaches the user. Pure.

use std::sync::LazyLock;

use regex::Regex;

/// Pairs of tags around text that is not part of the answer.
const THOUGHTS: [(&str, &str); 3] =
    [("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<|channel>thought", "<channel|>")];

/// Control tokens of the chat templates in the registry and of their relatives.
static CONTROL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x) <\|[^<>|\n]{1,40}\|> | <[|｜][^<>\n]{1,40}[|｜]> | <\|?(?:start|end)_of_turn\|?>
        | </?s> | <bos> | <eos> | <pad> | <unk> | <unused\d+> | <extra_id_\d+>
        | </?\w+\s[0-9a-f]{8}> | </article> # marks around the article in our own prompts
        | \[/?INST\] | <</?SYS>> | <hy_[^<>\n]{1,30}> | <turn\|> | <\|turn>",
    )
    .expect("the pattern is fixed")
});

/// The answer without residue, and whether there was any.
pub fn strip(text: &str) -> (String, bool) {
    let mut clean = text.to_string();
    for (open, close) in THOUGHTS {
        clean = without_thoughts(&clean, open, close);
    }
    let clean = cut_at_next_turn(&clean);
    let clean = CONTROL.replace_all(&clean, " ");
    let clean = clean.trim().to_string();
    let changed = clean != text.trim();
    (clean, changed)
}

/// Text before `open` and after `close`; what is opened and never closed goes up to the end, and
/// what is closed without having been opened goes from the start.
fn without_thoughts(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    loop {
        match (rest.find(open), rest.find(close)) {
            (Some(start), _) if rest[start..].find(close).is_none() => {
                kept.push_str(&rest[..start]);
                return kept;
            }
            (Some(start), Some(end)) if start < end => {
                kept.push_str(&rest[..start]);
                rest = &rest[end + close.len()..];
            }
            (_, Some(end)) => {
                kept.clear();
                rest = &rest[end + close.len()..];
            }
            (_, None) => {
                kept.push_str(rest);
                return kept;
            }
        }
    }
}

/// A model that goes on and plays the user's next turn is cut off where its own turn ends.
fn cut_at_next_turn(text: &str) -> String {
    const TURNS: [&str; 6] = [
        "<|im_end|>",
        "<end_of_turn>",
        "<|eot_id|>",
        "<|endoftext|>",
        "<start_of_turn>user",
        "<|im_start|>user",
    ];
    let cut = TURNS
        .iter()
        .filter_map(|turn| text.find(turn))
        .filter(|end| !text[..*end].trim().is_empty())
        .min();
    text[..cut.unwrap_or(text.len())].to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        strip(text).0
    }

    #[test]
    fn thoughts_are_taken_out() {
        assert_eq!(stripped("<think>hm\nso</think>\nBridge closed"), "Bridge closed");
        assert_eq!(stripped("so what</think>Bridge closed"), "Bridge closed");
        assert_eq!(stripped("Bridge closed<think>and now"), "Bridge closed");
        assert_eq!(stripped("<think>a</think>One <think>b</think>two"), "One two");
        assert_eq!(stripped("<think>never ends"), "");
    }

    #[test]
    fn control_tokens_are_taken_out_and_turns_end_the_answer() {
        assert_eq!(stripped("Мост закрыт<|im_end|>\n<|im_start|>user\nещё"), "Мост закрыт");
        assert_eq!(stripped("<bos>Köprü kapandı<end_of_turn>"), "Köprü kapandı");
        assert_eq!(stripped("[INST] x [/INST] Bridge </s>"), "x   Bridge");
    }

    #[test]
    fn marks_around_the_article_are_taken_out() {
        assert_eq!(stripped("<article d03b7064>\nRain fell."), "Rain fell.");
        assert_eq!(stripped("Yağmur yağdı. </haber 0123abcd>"), "Yağmur yağdı.");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let text = "Profit < 5 % and > 3 %, <b>said</b> S&P";
        assert_eq!(strip(text), (text.to_string(), false));
    }
}
