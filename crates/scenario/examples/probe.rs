#![allow(missing_docs)]
use std::path::Path; use std::time::Instant;
use case::*; use network::*; use regime::*; use scenario::*; use jiff::civil::date;
fn main(){
 let t=Instant::now();
 let folder=Folder::read(Path::new("cases/kazakhstan-armenia")).unwrap();
 let model=Model::load(&folder); println!("load {:?}",t.elapsed());
 let zones:Vec<FreightZone>="Kostanay,Astana,Almaty,Aktau Port,Atyrau,Aktobe,Karaganda,Yerevan,Gyumri,Dalarik,Baku,Ganja,Tbilisi,Poti,Kars,Tehran,Tabriz,Bandar Abbas,Ashgabat,Turkmenbashi,Tashkent,Bishkek,Urumqi,Saratov,Krasnodar,Volgograd,Novorossiysk".split(',').filter_map(|n| model.network.places.find(n).ok()).map(|p|FreightZone{economy:model.network.places.get(p).economy.clone(),entries:vec![Entry{place:p,usd_per_tonne:0.,hours:0.}]}).collect();
 let mut zones=zones;
 for e in ["DEU","ITA","IND","JPN","USA","POL","BLR","UKR","FRA","NLD","ROU","BGR","GRC","ARE","KOR"]{ zones.push(FreightZone{economy:e.into(),entries:["Poti","Novorossiysk","Bandar Abbas"].iter().map(|n|Entry{place:model.network.places.find(n).unwrap(),usd_per_tonne:50.,hours:100.}).collect()}); }
 let cargoes:Vec<Cargo>=["wheat-3","diesel","metals","food","machinery","containers"].iter().map(|c|Cargo{name:c.to_string(),commodity:model.case.goods.commodity(c).unwrap().clone()}).collect();
 if std::env::args().count()>1 { for _ in 0..30 { let _=Freight::new(&model,date(2025,11,8),Perspective{known:jiff::civil::Date::MAX,binding:LegalStatus::InForce,disputed:false},true,cargoes.clone(),zones.clone()).unwrap(); } return; }
 for threads in [1,2]{
 let pool=rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
 pool.install(||{
 for d in [date(2025,10,1),date(2025,11,8)]{
  let t=Instant::now();
  let f=Freight::new(&model,d,Perspective{known:jiff::civil::Date::MAX,binding:LegalStatus::InForce,disputed:false},true,cargoes.clone(),zones.clone()).unwrap();
  let a=t.elapsed(); let t=Instant::now();
  let delays=vec![0.;f.capacities.len()];
  let s=Skims::new(&f,&delays).unwrap();
  println!("threads {threads} {d} freight {a:?} classes {} caps {} skims {:?}",f.class_count(),f.capacities.len(),t.elapsed());
  
  let t=Instant::now(); for _ in 0..0{} let _=t; let p=s.get(Pair{cargo:0,origin:0,destination:9}); println!("{p:?}");
 }});}
}
