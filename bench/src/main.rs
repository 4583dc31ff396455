use std::time::Instant;
mod input;
use input::Network;
fn main() {
    for path in std::env::args().skip(1) {
        let network = Network::read(&path).unwrap();
        let graph = routing::Graph::new(network.places.len(), &network.arcs).unwrap();
        let t = Instant::now();
        let order = routing::Order::by_place(&graph, &network.places).unwrap();
        let t1 = t.elapsed();
        let t = Instant::now();
        let topology = routing::Topology::new(&graph, &order).unwrap();
        println!("{path} order {t1:?} topology {:?} {:?}", t.elapsed(), topology.statistics());
        if std::env::var("ALL").is_ok() {
        let t = Instant::now();
        let order = routing::Order::by_structure(&graph);
        let t1 = t.elapsed();
        let topology = routing::Topology::new(&graph, &order).unwrap();
        println!("{path} structure order {t1:?} {:?}", topology.statistics());
        let tails: Vec<u32> = network.arcs.iter().map(|a| a.0).collect();
        let heads: Vec<u32> = network.arcs.iter().map(|a| a.1).collect();
        let lat: Vec<f32> = network.places.iter().map(|a| a[1] as f32).collect();
        let lon: Vec<f32> = network.places.iter().map(|a| a[0] as f32).collect();
        let t = Instant::now();
        let rk = routingkit_cch::compute_order_inertial(lat.len() as u32, &tails, &heads, &lat, &lon);
        let t1 = t.elapsed();
        let topology = routing::Topology::new(&graph, &routing::Order::new(rk).unwrap()).unwrap();
        println!("{path} routingkit order {t1:?} {:?}", topology.statistics());
        }
    }
}
