//! The name that was probably meant.

const SHOWN: usize = 15;

/// A remedy for an unknown name: the one that was probably meant, and those that there are.
pub fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let mut ranked: Vec<(usize, &str)> =
        known.into_iter().map(|other| (distance(name, other), other)).collect();
    ranked.sort_by_key(|(distance, _)| *distance);
    let Some((distance, nearest)) = ranked.first() else { return "nothing is known here".to_owned() };
    let mut remedy = String::new();
    if *distance <= tolerance(name) {
        remedy = format!("did you mean {nearest}? ");
    }
    let names: Vec<&str> = ranked.iter().take(SHOWN).map(|(_, name)| *name).collect();
    let more = ranked.len().saturating_sub(SHOWN);
    remedy
        + "known here: "
        + &names.join(", ")
        + &if more == 0 { String::new() } else { format!(" and {more} more") }
}

/// How far a slip may lie from the name that was meant.
fn tolerance(name: &str) -> usize {
    (name.chars().count() / 3).max(1)
}

/// Case and separators are the most frequent slips, so they count for nothing.
fn distance(one: &str, other: &str) -> usize {
    strsim::damerau_levenshtein(&folded(one), &folded(other))
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_the_others_are_listed() {
        let remedy = did_you_mean("InstanceCout", ["BidPrice", "InstanceRole", "InstanceCount"]);
        assert!(remedy.starts_with("did you mean InstanceCount? known here: InstanceCount, "), "{remedy}");
        assert!(remedy.contains("BidPrice"), "{remedy}");
    }

    #[test]
    fn case_and_separators_do_not_hide_a_name() {
        assert!(did_you_mean("log_uri", ["LogUri"]).contains("did you mean LogUri?"));
    }

    #[test]
    fn nothing_is_offered_where_nothing_is_near() {
        assert_eq!(did_you_mean("zzz", ["LogUri", "Name"]), "known here: Name, LogUri");
    }
}
