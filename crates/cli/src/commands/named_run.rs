//! The one run that a command is about.

use pipeline::ports::Runs;
use pipeline::run::{DataProduct, History, Run};

use crate::arguments::RunName;
use crate::commands::status;
use crate::follow::no_run;
use crate::stop::{Exit, Stop};

/// Finds the run, with everything of its correlation id.
pub(super) async fn find(runs: &impl Runs, name: &RunName) -> Result<(Run, History), Stop> {
    let id = status::parse(&name.run)?;
    let product = name.data_product.as_deref().map(product).transpose()?;
    let history = runs.history(&id).await?;
    match one_of(&history, product.as_ref()) {
        Some(run) => Ok((run, history)),
        None if history.runs.is_empty() => Err(no_run(&id)),
        None => Err(several(&history)),
    }
}

fn product(name: &str) -> Result<DataProduct, Stop> {
    DataProduct::parse(name).map_err(|error| Stop::new(Exit::Usage, "relay.data_product", error.to_string()))
}

fn one_of(history: &History, product: Option<&DataProduct>) -> Option<Run> {
    let mut meant =
        history.runs.iter().filter(|run| product.is_none_or(|product| run.key.data_product == *product));
    meant.next().filter(|_| meant.next().is_none()).cloned()
}

fn several(history: &History) -> Stop {
    let products: Vec<&str> = history.runs.iter().map(|run| run.key.data_product.as_str()).collect();
    let what = format!("its correlation id names runs of these data products: {}", products.join(", "));
    Stop::new(Exit::Problems, "relay.which_run", what).instead("name one of them: --data-product NAME")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::given::run;

    #[test]
    fn one_of_several_runs_has_to_be_named() {
        let mut other = run(1);
        other.key.data_product = DataProduct::parse("OTHER").unwrap();
        let one = History { runs: vec![run(1)], ..History::default() };
        let two = History { runs: vec![run(1), other.clone()], ..History::default() };
        let product = |name| Some(DataProduct::parse(name).unwrap());
        assert_eq!(one_of(&one, None), Some(run(1)));
        assert_eq!(one_of(&one, product("OTHER").as_ref()), None);
        assert_eq!(one_of(&two, None), None);
        assert_eq!(one_of(&two, product("OTHER").as_ref()), Some(other));
    }
}
