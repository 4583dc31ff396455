//! TNTP: textbook networks, every trap of the format, and round trips.

use case::Finding;
use network::{GraphFile, LinkFlow, PairDemand, TrafficLink, TrafficNetwork, TrafficNode, Zone, tntp};
use proptest::prelude::*;

use crate::lines;

fn network(text: &str) -> (TrafficNetwork, Vec<Finding>) {
    let mut findings = Vec::new();
    let network = tntp::read_network(&GraphFile { name: "a_net.tntp", text }, &mut findings);
    (network, findings)
}

fn demand(text: &str, zones: u32) -> (Vec<PairDemand>, Vec<Finding>) {
    let mut findings = Vec::new();
    let demand = tntp::read_demand(&GraphFile { name: "a_trips.tntp", text }, zones, &mut findings);
    (demand, findings)
}

#[test]
fn the_network_of_braess_has_his_times() {
    let (network, findings) = network(include_str!("../data/braess_net.tntp"));
    assert_eq!(lines(&findings), "");
    assert_eq!((network.nodes.len(), network.zones.len()), (4, 2));
    let times: Vec<f64> = network.links.iter().map(|link| link.time(2.0)).collect();
    for (time, expected) in times.iter().zip([20.0, 52.0, 52.0, 12.0, 20.0]) {
        assert!((time - expected).abs() < 1e-7, "{time} is not {expected}");
    }
    let (demand, findings) = demand(include_str!("../data/braess_trips.tntp"), 2);
    assert_eq!(lines(&findings), "");
    assert_eq!(demand, [PairDemand { origin: 0, destination: 1, amount: 6.0 }]);
}

#[test]
fn a_node_below_the_first_through_node_only_starts_and_ends_ways() {
    let (network, _) = network(include_str!("../data/pigou_net.tntp"));
    assert_eq!(network.nodes.iter().map(|node| node.through).collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn every_fault_of_a_network_is_a_finding_at_its_row_and_the_rest_is_read() {
    let (network, findings) = network(
        "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 3\n<FIRST THRU NODE> x\n<NUMBER OF LINKS> 9\n<END OF METADATA>\n\
         ~ init_node term_node capacity length free_flow_time b power speed toll link_type ;\n\
         1 2 10 1 1 0.15 4 0 0 1 ;\n\
         1 2 99 1 1 0.15 4 0 0 1 ;\n\
         1 7 10 1 1 0.15 4 0 0 1 ;\n\
         2 2 10 1 1 0.15 4 0 0 1 ;\n\
         2 3 0 1 1 0.15 4 0 0 1 ;\n\
         3 1 -5 1 1,5 0.15 four 0 0 1 ;\n\
         3 2 10 1 1\n\
         2 1 0 1 1 0 0 fast 0 1 ;\n",
    );
    insta::assert_snapshot!(lines(&findings), @r"
    a_net.tntp:3, column FIRST THRU NODE: `x` is no count; it was left out (valid: a whole number, zero or more) [malformed-value]
    a_net.tntp:8, column init_node: the link 1-2 stands in line 7 already; the first is kept (valid: one link from a node to another; a second way needs a node of its own) [duplicate-link]
    a_net.tntp:9, column term_node: there is no node `7`; the row was left out (valid: a node from 1 to 3) [unknown-reference]
    a_net.tntp:10, column term_node: the link leads from node 2 to itself; it was left out (valid: another node) [loop]
    a_net.tntp:11, column capacity: the link 2-3 has no capacity: it is closed (valid: a number above zero, or b = 0 for a link that does not congest) [zero-capacity]
    a_net.tntp:12, column capacity: `-5` is negative; the row was left out (valid: a number, zero or more) [negative-number]
    a_net.tntp:12, column free_flow_time: `1,5` is not a number here; it may hold a decimal comma; the row was left out (valid: a number, zero or more) [malformed-value]
    a_net.tntp:12, column power: `four` is not a number; the row was left out (valid: a number, zero or more) [malformed-value]
    a_net.tntp:13: the row has 5 cells; it was left out (valid: 7 to 10 cells: init_node term_node capacity length free_flow_time b power speed toll link_type) [malformed-row]
    a_net.tntp:14, column speed: `fast` is not a number; no speed is taken [malformed-value]
    a_net.tntp: the file says 9 links and has 8 (valid: as many rows as links) [count-mismatch]
    ");
    let kept: Vec<&str> = network.links.iter().map(|link| link.id.as_str()).collect();
    assert_eq!(kept, ["1-2", "2-3", "2-1"]);
    assert_eq!(network.links[0].capacity, 10.0, "of two links the first is kept");
    assert!(network.links[1].is_closed() && !network.links[2].is_closed());
}

#[test]
fn columns_are_found_by_name_and_may_be_missing_behind_power() {
    let (network, findings) = network(
        "<NUMBER OF ZONES> 1\n<NUMBER OF NODES> 2\n<END OF METADATA>\n\
         ~\tinit_node\tterm_node\tlength\tcapacity\tfree_flow_time\tb\tpower\tspeed\tcritical_speed\tlanes\t;\n\
         1 2 3 40 5 0.25 4 24 19.2 2\n",
    );
    assert_eq!(lines(&findings), "");
    let link = &network.links[0];
    assert_eq!((link.length, link.capacity, link.toll, link.kind.as_str()), (3.0, 40.0, 0.0, ""));
}

#[test]
fn a_network_without_metadata_is_read_with_a_word_on_what_was_taken() {
    let (network, findings) = network("1 3 10 1 1 0.15 4 0 0 1 ;\n3 2 10 1 1 0.15 4 0 0 1 ;\n");
    assert_eq!((network.nodes.len(), network.zones.len(), network.links.len()), (3, 3, 2));
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["missing-value"; 2]);
}

#[test]
fn every_fault_of_a_table_of_demand_is_a_finding_at_its_row_and_the_rest_is_read() {
    let (demand, findings) = demand(
        "<NUMBER OF ZONES> 4\n<TOTAL OD FLOW> 99\n<END OF METADATA>\n~ a comment\n1 : 5;\n\
         Origin 1\n 1 : 2.0; 2 : 3; 2 : 4;\n 3 : 1; 9 : 1; x : 1; 1 1;\n\
         ORIGIN 3\n 1 : -1; 2 : 1,5;\n\
         origin 4\n 1 : 7;\n\
         Origin\t2 \n 3 : 0; 1 : 1e1;\n",
        3,
    );
    insta::assert_snapshot!(lines(&findings), @r"
    a_trips.tntp: the table is of 4 zones, the network has 3 (valid: a table of the network's zones) [count-mismatch]
    a_trips.tntp:5: `1 : 5` comes before any origin; it was left out (valid: `Origin o` first) [malformed-row]
    a_trips.tntp:7, column destination: the pair 1 to 2 stands in line 7 already; the first is kept (valid: each pair once) [duplicate-pair]
    a_trips.tntp:8, column destination: there is no zone `9`; the row was left out (valid: a zone from 1 to 3) [unknown-reference]
    a_trips.tntp:8, column destination: there is no zone `x`; the row was left out (valid: a zone from 1 to 3) [unknown-reference]
    a_trips.tntp:8: `1 1` was left out (valid: `Origin o`, or `destination : amount;`) [malformed-row]
    a_trips.tntp:10, column amount: `-1` is negative; the row was left out (valid: a number, zero or more) [negative-number]
    a_trips.tntp:10, column amount: `1,5` is not a number here; it may hold a decimal comma; the row was left out (valid: a number, zero or more) [malformed-value]
    a_trips.tntp:11, column Origin: there is no zone `4`; the row was left out (valid: a zone from 1 to 3) [unknown-reference]
    a_trips.tntp:2, column TOTAL OD FLOW: the table says that it adds up to 99; it adds up to 16 [count-mismatch]
    ");
    let pairs: Vec<_> = demand.iter().map(|pair| (pair.origin, pair.destination, pair.amount)).collect();
    assert_eq!(pairs, [(0, 0, 2.0), (0, 1, 3.0), (0, 2, 1.0), (1, 0, 10.0)]);
}

#[test]
fn flow_files_are_read_with_metadata_of_minus_one_and_without() {
    let (network, _) = network(include_str!("../data/braess_net.tntp"));
    let mut findings = Vec::new();
    let mut read = |text| tntp::read_flows(&GraphFile { name: "a_flow.tntp", text }, &network, &mut findings);
    let bare = read("From \tTo \tVolume \tCost \n1 \t3 \t4 \t40 \n1 4 2 52\n");
    let full = read(
        "<NUMBER OF ZONES> -1\n<END OF METADATA>\n\nTail\tHead\tVolume\tCost\t;\n\t1\t3\t4\t40\t;\n\t1\t4\t2\t52\t;\n",
    );
    assert_eq!(bare, full);
    assert_eq!(bare[0], Some(LinkFlow { volume: 4.0, cost: Some(40.0) }));
    assert_eq!(bare[2], None);
    read("1 2 5 5\n1 3\n1 3 x 1\n1 3 1 1\n1 3 2 2\n");
    insta::assert_snapshot!(lines(&findings), @r"
    a_flow.tntp:1, column to: 1-2 is no link of the network; the row was left out (valid: each link of the network once) [unknown-reference]
    a_flow.tntp:2: the row has 2 cells; it was left out (valid: from, to, volume, cost) [malformed-row]
    a_flow.tntp:3, column volume: `x` is not a number; the row was left out (valid: a number, zero or more) [malformed-value]
    a_flow.tntp:5, column to: 1-3 has a flow in an earlier row already; the first is kept (valid: each link of the network once) [duplicate-link]
    ");
}

/// Any network that TNTP can say in the order of its nodes.
fn any_network() -> impl Strategy<Value = TrafficNetwork> {
    let figure = || prop_oneof![Just(0.0), 1e-9..1e12f64, (0u32..1000).prop_map(f64::from)];
    let links = proptest::collection::btree_map(
        (0u32..9, 0u32..9),
        ((figure(), figure(), figure(), figure(), 0.0..6.0f64), figure(), figure(), 0u32..20),
        0..40,
    );
    (links, 1u32..=9, 0usize..=9).prop_map(|(links, zones, closed)| TrafficNetwork {
        nodes: (0..9)
            .map(|node| TrafficNode {
                id: (node + 1).to_string(),
                position: (node % 2 == 0).then_some([node as f64 / 7.0, -0.1]),
                through: node >= closed.min(zones as usize),
                ..TrafficNode::default()
            })
            .collect(),
        zones: (0..zones).map(|node| Zone { id: (node + 1).to_string(), node }).collect(),
        links: links
            .into_iter()
            .filter(|((from, to), _)| from != to)
            .map(|((from, to), ((capacity, length, free_flow_time, b, power), speed, toll, kind))| {
                TrafficLink {
                    id: format!("{}-{}", from + 1, to + 1),
                    from,
                    to,
                    capacity,
                    length,
                    free_flow_time,
                    b,
                    power,
                    speed,
                    toll,
                    kind: kind.to_string(),
                    ..TrafficLink::default()
                }
            })
            .collect(),
        ..TrafficNetwork::default()
    })
}

proptest! {
    #[test]
    fn a_network_that_is_written_is_read_again_to_the_last_bit(own in any_network()) {
        let mut findings = Vec::new();
        let written = tntp::write_network("a_net.tntp", &own, &mut findings);
        prop_assert_eq!(lines(&findings), "");
        let (mut read, findings) = network(&written.text);
        prop_assert!(findings.iter().all(|finding| finding.code == "zero-capacity"), "{}", lines(&findings));
        let positions = tntp::write_positions(&written.numbers, &own);
        let mut findings = Vec::new();
        tntp::read_positions(&GraphFile { name: "a_node.tntp", text: &positions }, &mut read, &mut findings);
        prop_assert_eq!(read, own);
    }

    #[test]
    fn demand_that_is_written_is_read_again(
        amounts in proptest::collection::btree_map((0u32..9, 0u32..9), 1e-9..1e9f64, 0..81)
    ) {
        let own: Vec<PairDemand> = amounts
            .into_iter()
            .map(|((origin, destination), amount)| PairDemand { origin, destination, amount })
            .collect();
        let numbers: Vec<u32> = (1..=9).collect();
        let (read, findings) = demand(&tntp::write_demand(&numbers, &own), 9);
        prop_assert_eq!(lines(&findings), "");
        prop_assert_eq!(read, own);
    }

    #[test]
    fn flows_that_are_written_are_read_again(own in any_network(), volumes in proptest::collection::vec(0.0..1e9f64, 81)) {
        let flows: Vec<LinkFlow> = own
            .links
            .iter()
            .zip(volumes)
            .map(|(link, volume)| LinkFlow { volume, cost: Some(link.free_flow_time + volume) })
            .collect();
        let numbers: Vec<u32> = (1..=9).collect();
        let text = tntp::write_flows(&numbers, &own, &flows);
        let mut findings = Vec::new();
        let read = tntp::read_flows(&GraphFile { name: "a_flow.tntp", text: &text }, &own, &mut findings);
        prop_assert_eq!(lines(&findings), "");
        prop_assert_eq!(read, flows.into_iter().map(Some).collect::<Vec<_>>());
    }

    #[test]
    fn no_text_makes_a_reader_stop(text in "(<[A-Z ]{0,18}>?|Origin|~|[0-9.eE:;,+-]{1,5}|[\\pL\\n\t ]){0,60}") {
        let (network, _) = network(&text);
        prop_assume!(network.nodes.len() < 100_000);
        let mut findings = Vec::new();
        let file = GraphFile { name: "a", text: &text };
        let _ = tntp::read_demand(&file, network.zones.len() as u32, &mut findings);
        let _ = tntp::read_flows(&file, &network, &mut findings);
    }
}

#[test]
fn nodes_are_numbered_anew_where_zones_do_not_come_first() {
    let node = |name: &str, through| TrafficNode { id: name.to_owned(), through, ..TrafficNode::default() };
    let link = |name: &str, from, to| TrafficLink {
        id: name.to_owned(),
        from,
        to,
        capacity: f64::INFINITY,
        length: 1.0,
        free_flow_time: 2.0,
        b: 0.15,
        power: 4.0,
        kind: "primary road".to_owned(),
        ..TrafficLink::default()
    };
    let own = TrafficNetwork {
        nodes: vec![node("junction", true), node("Alat", true), node("Poti", false), node("siding", false)],
        zones: vec![Zone { id: "Alat".to_owned(), node: 1 }, Zone { id: "Poti".to_owned(), node: 2 }],
        links: vec![link("a", 1, 0), link("b", 0, 2), link("c", 0, 2), link("d", 0, 3)],
        ..TrafficNetwork::default()
    };
    let mut findings = Vec::new();
    let written = tntp::write_network("a_net.tntp", &own, &mut findings);
    assert_eq!(written.numbers, [4, 3, 1, 2]);
    insta::assert_snapshot!(format!("{}{}", written.text.replace('\t', " "), lines(&findings)), @r"
    <NUMBER OF ZONES> 3
    <NUMBER OF NODES> 4
    <FIRST THRU NODE> 3
    <NUMBER OF LINKS> 3
    <END OF METADATA>

    ~ init_node term_node capacity length free_flow_time b power speed toll link_type ;
     3 4 1 1 2 0 4 0 0 0 ;
     4 1 1 1 2 0 4 0 0 0 ;
     4 2 1 1 2 0 4 0 0 0 ;
    a_net.tntp: c leads between the same nodes as b; it was not written (valid: one link from a node to another) [duplicate-link]
    a_net.tntp: 1 node(s) that no way leads through were written as zones [zone-without-demand]
    ");
}

/// Numbers of the collection's own README, and totals that its files state.
#[test]
fn the_collection_is_read_whole() {
    let Some(data) = std::env::var_os("AYRUM_DATA") else {
        eprintln!("skipped: no shared data (AYRUM_DATA names no folder with tntp)");
        return;
    };
    let read = |name: &str| {
        std::fs::read_to_string(std::path::Path::new(&data).join("tntp").join(name)).expect(name)
    };
    for (folder, stem, zones, nodes, links) in [
        ("Braess-Example", "Braess", 2, 4, 5),
        ("SiouxFalls", "SiouxFalls", 24, 24, 76),
        ("Anaheim", "Anaheim", 38, 416, 914),
        ("Berlin-Friedrichshain", "friedrichshain-center", 23, 224, 523),
        ("Berlin-Tiergarten", "berlin-tiergarten", 26, 361, 766),
    ] {
        let (network, findings) = network(&read(&format!("{folder}/{stem}_net.tntp")));
        assert_eq!(lines(&findings), "", "{folder}");
        assert_eq!((network.zones.len(), network.nodes.len(), network.links.len()), (zones, nodes, links));
        let (demand, findings) = demand(&read(&format!("{folder}/{stem}_trips.tntp")), zones as u32);
        assert_eq!(lines(&findings), "", "{folder}");
        assert!(!demand.is_empty());
    }
}

/// The published flows of Sioux Falls and Anaheim have the published objective by the reader's own curve.
#[test]
fn published_flows_have_the_published_objective() {
    let Some(data) = std::env::var_os("AYRUM_DATA") else {
        eprintln!("skipped: no shared data (AYRUM_DATA names no folder with tntp)");
        return;
    };
    let read = |name: &str| {
        std::fs::read_to_string(std::path::Path::new(&data).join("tntp").join(name)).expect(name)
    };
    for (stem, objective) in [("SiouxFalls", 4_231_335.287_107_44), ("Anaheim", 1_286_032.171_096_033)] {
        let (network, _) = network(&read(&format!("{stem}/{stem}_net.tntp")));
        let mut findings = Vec::new();
        let text = read(&format!("{stem}/{stem}_flow.tntp"));
        let flows = tntp::read_flows(&GraphFile { name: "flow", text: &text }, &network, &mut findings);
        assert_eq!(lines(&findings), "");
        let sum: f64 = network
            .links
            .iter()
            .zip(&flows)
            .map(|(link, flow)| link.time_integral(flow.expect("a flow on every link").volume))
            .sum();
        assert!((sum / objective - 1.0).abs() < 1e-12, "{stem}: {sum}");
    }
}
