//! The command line of Ayrum. The only crate that knows arguments, files and the shapes of output.
//!
//! Data goes to standard output, talk to standard error. Exit code 0: good; 1: findings, or no
//! open route; 2: an error.

mod arguments;
mod command;
mod failure;
mod register;
mod report;
mod shipped;
mod show;
mod story;
mod workbook;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let case = &arguments.source;
    let done =
        command::scenarios::are_read(&arguments.command, case).and_then(|()| match &arguments.command {
            Command::Demo(demo) => command::demo::run(demo, case),
            Command::Route(route) => command::route::run(route, case),
            Command::Cost(cost) => command::cost::run(cost, case),
            Command::Landed(landed) => command::landed::run(landed, case),
            Command::Compare(compare) => command::compare::run(compare, case),
            Command::Sensitivity(sensitivity) => command::sensitivity::run(sensitivity, case),
            Command::Network(network) => command::network::run(network, case),
            Command::Rules(rules) => command::rules::run(rules, case),
            Command::Scenario(asked) => command::scenarios::run(asked, case),
            Command::Roadmap(asked) => command::roadmap::run(asked, case),
            Command::Replay(asked) => command::run_scenario::replay::run(asked, case),
            Command::Run(asked) => command::run_scenario::run(asked, case),
            Command::Resilience(asked) => command::resilience::run(asked, case),
            Command::Check(check) => command::check::run(check, case),
            Command::Assign(assign) => command::assign::run(assign, case),
            Command::Matrix(matrix) => command::matrix::run(matrix, case),
            Command::Import(import) => command::import::run(import),
            Command::Observations(observations) => command::observations::run(observations, case),
            Command::Trade(trade) => command::trade::run(trade, case),
            Command::Claims(claims) => command::claims::run(claims, case),
            Command::Timeline(timeline) => command::timeline::run(timeline, case),
            Command::Projects(projects) => command::projects::run(projects, case),
            Command::Case(make) => command::case::run(make, case),
            Command::Gravity(asked) => command::gravity::run(asked, case),
        });
    match done {
        Ok(command::Done::Good) => ExitCode::SUCCESS,
        Ok(command::Done::Findings) => ExitCode::from(1),
        Err(failure) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}
