use std::time::Instant;
mod input;
use input::Network;
fn main() {
    for path in std::env::args().skip(1) {
        let network = Network::read(&path).unwrap();
        let graph = routing::Graph::new(network.places.len(), &network.arcs).unwrap();
        let t = Instant::now();
        let cache=format!("{path}.order"); let order = std::fs::read(&cache).ok().map(|b| routing::Order::from_bytes(&b).unwrap()).unwrap_or_else(|| routing::Order::by_place(&graph, &network.places).unwrap()); std::fs::write(&cache, order.to_bytes()).unwrap();
        let t1 = t.elapsed();
        let t = Instant::now();
        let topology = routing::Topology::new(&graph, &order).unwrap();
        println!("{path} order {t1:?} topology {:?} {:?}", t.elapsed(), topology.statistics());
        let tails: Vec<u32> = network.arcs.iter().map(|a| a.0).collect();
        let heads: Vec<u32> = network.arcs.iter().map(|a| a.1).collect();
        let lat: Vec<f32> = network.places.iter().map(|a| a[1] as f32).collect();
        let lon: Vec<f32> = network.places.iter().map(|a| a[0] as f32).collect();
        let rk = routingkit_cch::compute_order_inertial(lat.len() as u32, &tails, &heads, &lat, &lon);
        let cch = routingkit_cch::CCH::new(&rk, &tails, &heads, |_| {}, false);
        let mut theirs = routingkit_cch::CCHMetric::new(&cch, network.metres.clone());
        let m = routing::Metric::new(network.metres.clone());
        let w1 = routing::Weights::of([&m]).unwrap(); let w8 = routing::Weights::of([&m;8]).unwrap();
        let mut ours = routing::CustomMetric::new(&topology, w1.clone()).unwrap();
        let mut ours8 = routing::CustomMetric::new(&topology, w8.clone()).unwrap();
        let (mut a, mut b, mut c) = (vec![], vec![], vec![]);
        for _ in 0..40 {
            let w = network.metres.clone();
            let t = Instant::now(); theirs.reset(w); a.push(t.elapsed());
            let t = Instant::now(); ours.customise(w1.clone()).unwrap(); b.push(t.elapsed());
            let t = Instant::now(); ours8.customise(w8.clone()).unwrap(); c.push(t.elapsed());
        }
        for x in [&mut a, &mut b, &mut c] { x.sort(); }
        println!("customise rk {:?} ours {:?} ours8 {:?} ratio {:.1} per lane {:.1}", a[20], b[20], c[20], a[20].as_secs_f64()/b[20].as_secs_f64(), 8.*a[20].as_secs_f64()/c[20].as_secs_f64());
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
