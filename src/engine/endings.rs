//! An output → where its text ends: before a stop string, or where it began to go round in circles.

/// Rounds that make a loop: two or three are what lists and refrains have.
const ROUNDS: usize = 4;
/// Tokens of the longest round that is looked for: a sentence or two.
const LONGEST_ROUND: usize = 64;
/// Tokens that the rounds of a brief or an answer have together at least: lists have many short items alike.
pub const LEAST_IN_PROSE: usize = 24;
/// As [`LEAST_IN_PROSE`], in the translation of one sentence, which has no lists; "ha ha ha ha" may be meant.
pub const LEAST_IN_A_SENTENCE: usize = 16;

/// How many tokens are left of an output that ends in a loop of `least` tokens or more: all up to the end of the
/// first round. The last round may be cut anywhere.
pub fn loop_start(tokens: &[u32], least: usize) -> Option<usize> {
    (1..=LONGEST_ROUND.min(tokens.len() / ROUNDS)).find_map(|round| {
        let pairs = tokens.iter().rev().zip(tokens.iter().rev().skip(round));
        let repeated = pairs.take_while(|(later, earlier)| later == earlier).count() + round;
        let enough = repeated >= (ROUNDS * round).max(least);
        enough.then_some(tokens.len() - repeated + round)
    })
}

/// The first place in `text` where one of `stops` begins.
pub fn stop_start(text: &str, stops: &[String]) -> Option<usize> {
    stops.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| text.find(stop.as_str())).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_end_after_their_first_round() {
        let mut tokens = vec![5, 6, 7];
        tokens.extend([1, 2, 3].repeat(6));
        assert_eq!(loop_start(&tokens, LEAST_IN_A_SENTENCE), Some(6));
        // A loop that was cut in the middle of a round.
        tokens.push(1);
        assert_eq!(loop_start(&tokens, LEAST_IN_A_SENTENCE), Some(6));
        assert_eq!(loop_start(&[4; 30], LEAST_IN_PROSE), Some(1));
    }

    #[test]
    fn short_repeats_lists_and_past_loops_are_none() {
        assert_eq!(loop_start(&[4; 15], LEAST_IN_A_SENTENCE), None);
        assert_eq!(loop_start(&[4; 23], LEAST_IN_PROSE), None);
        assert_eq!(loop_start(&[1, 2, 3].repeat(3), LEAST_IN_A_SENTENCE), None);
        let list: Vec<u32> = (0..30).flat_map(|item| [1, 2, item + 10]).collect();
        assert_eq!(loop_start(&list, LEAST_IN_PROSE), None);
        let mut tokens = vec![4; 30];
        tokens.push(9);
        assert_eq!(loop_start(&tokens, LEAST_IN_A_SENTENCE), None);
        assert_eq!(loop_start(&[], LEAST_IN_A_SENTENCE), None);
    }

    #[test]
    fn the_first_stop_wins() {
        let stops = ["c".to_string(), String::new(), "bc".to_string()];
        assert_eq!(stop_start("abcc", &stops), Some(1));
        assert_eq!(stop_start("ab", &stops), None);
    }
}
