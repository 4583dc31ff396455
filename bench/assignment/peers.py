"""Ayrum, PyTraf and AequilibraE on the same TNTP files, their flows judged by `audit.py` alike.

    python peers.py DATA BENCH [--gap 1e-6] [--runs 5] [--aequilibrae-iterations 2000] [--without aequilibrae] NAME ...

DATA is a folder of *Transportation Networks for Research*, BENCH the program of this folder, built for release. One
thread each, CPU seconds of the solver alone: files are read before and flows written after. Programs take turns, so that
whatever else the machine does meets all of them; the median of the runs is told. One line of JSON a program and network.
"""

import argparse
import gzip
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["AEQ_SHOW_PROGRESS"] = "FALSE"

import audit

NETWORKS = {
    # name: folder, stem, weight of toll, weight of length
    "SiouxFalls": ("SiouxFalls", "SiouxFalls", 0.0, 0.0),
    "Anaheim": ("Anaheim", "Anaheim", 0.0, 0.0),
    "Barcelona": ("Barcelona", "Barcelona", 0.0, 0.0),
    "Chicago-Sketch": ("Chicago-Sketch", "ChicagoSketch", 0.02, 0.04),
    "Berlin-MPF": ("Berlin-MPF", "berlin-mpf", 0.0, 0.0),
}


def plain(folder, name, into):
    """A file without its packing, in a folder of our own."""
    target = into / name
    packed = folder / (name + ".gz")
    if packed.exists():
        with gzip.open(packed, "rb") as source, open(target, "wb") as out:
            shutil.copyfileobj(source, out)
    else:
        shutil.copy(folder / name, target)
    return target


def ayrum(task, asked):
    flows = task["work"] / "ayrum_flow.tntp"
    words = [asked.bench, task["net"], task["trips"], "--gap", str(asked.gap), "--runs", "1", "--flows", flows]
    words += ["--toll", str(task["toll"]), "--distance", str(task["distance"])]
    told = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout
    return json.loads(told)["median"], audit.read_flows(flows, task["network"])


def pytraf(task, asked):
    import numpy
    import pytraf

    network = task["network"]
    links = {"from_node": network["tail"], "to_node": network["head"], "free_flow_time": network["time"]}
    links |= {"capacity": network["capacity"], "b": network["b"]}
    # It refuses a power of zero. Such links have no b either, so that any power says the same.
    links["power"] = numpy.where(network["power"] == 0, 1.0, network["power"])
    centroids = numpy.arange(network["nodes"]) < network["first_through"] - 1
    net = pytraf.Network.from_tables(links, num_nodes=network["nodes"], is_centroid=centroids)
    demand = pytraf.Demand.from_tntp(net, str(task["trips"]))
    fixed = task["toll"] * network["toll"] + task["distance"] * network["length"]
    traffic = pytraf.TrafficClass(demand, extra_link_cost=numpy.ascontiguousarray(fixed))
    start = time.process_time()
    result = net.assign(traffic, gap=asked.gap, max_iter=10000, threads=1)
    return time.process_time() - start, numpy.asarray(result.links.flow)


def aequilibrae(task, asked):
    import logging

    import numpy
    import pandas
    from aequilibrae.matrix import AequilibraeMatrix
    from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass

    logging.getLogger("aequilibrae").setLevel(logging.ERROR)
    network, zones = task["network"], task["network"]["zones"]
    links = pandas.DataFrame(
        {
            "link_id": numpy.arange(1, len(network["tail"]) + 1),
            "a_node": network["tail"] + 1,
            "b_node": network["head"] + 1,
            "direction": 1,
            "capacity": network["capacity"],
            # It refuses a time of zero and a power below one: connectors get an instant, links without b any power.
            "time": numpy.maximum(network["time"], 1e-8),
            "b": network["b"],
            "power": numpy.maximum(network["power"], 1.0),
            "fixed": task["toll"] * network["toll"] + task["distance"] * network["length"],
        }
    )
    graph = Graph()
    graph.network = links
    graph.prepare_graph(numpy.arange(1, zones + 1), remove_dead_ends=False)
    graph.set_graph("time")
    graph.set_blocked_centroid_flows(network["first_through"] > 1)
    matrix = AequilibraeMatrix()
    matrix.create_empty(zones=zones, matrix_names=["demand"], memory_only=True)
    matrix.index[:] = numpy.arange(1, zones + 1)
    matrix.matrices[:, :, 0] = task["demand"]
    matrix.computational_view(["demand"])
    traffic = TrafficClass("all", graph, matrix)
    if links["fixed"].any():
        traffic.set_fixed_cost("fixed")
        traffic.set_vot(1.0)
    assignment = TrafficAssignment()
    assignment.set_classes([traffic])
    assignment.set_vdf("BPR")
    assignment.set_vdf_parameters({"alpha": "b", "beta": "power"})
    assignment.set_capacity_field("capacity")
    assignment.set_time_field("time")
    assignment.set_cores(1)
    assignment.set_algorithm("bfw")
    assignment.max_iter = asked.aequilibrae_iterations
    assignment.rgap_target = float(asked.gap)
    start = time.process_time()
    assignment.execute()
    spent = time.process_time() - start
    return spent, assignment.results()["PCE_AB"].reindex(links["link_id"]).to_numpy()


PROGRAMS = {"ayrum": ayrum, "pytraf": pytraf, "aequilibrae": aequilibrae}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("bench", type=pathlib.Path)
    parser.add_argument("names", nargs="+", choices=NETWORKS)
    parser.add_argument("--gap", type=float, default=1e-6)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--aequilibrae-iterations", type=int, default=2000)
    parser.add_argument("--without", action="append", default=[])
    asked = parser.parse_args()
    asked.bench = asked.bench.resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        os.chdir(work)
        for name in asked.names:
            own, stem, toll, distance = NETWORKS[name]
            net = plain(asked.data.resolve() / own, f"{stem}_net.tntp", work)
            trips = plain(asked.data.resolve() / own, f"{stem}_trips.tntp", work)
            network = audit.read_network(net)
            task = {"work": work, "net": net, "trips": trips, "network": network, "toll": toll, "distance": distance}
            task["demand"] = audit.read_demand(trips, network["zones"])
            spent, judged = {}, {}
            for _ in range(asked.runs):
                for program, solve in PROGRAMS.items():
                    if program in asked.without or judged.get(program, {}).get("failed"):
                        continue
                    try:
                        seconds, flow = solve(task, asked)
                    except Exception as error:  # a peer that refuses a network is a result too
                        judged[program] = {"failed": str(error)[:200]}
                        continue
                    spent.setdefault(program, []).append(seconds)
                    if program not in judged:
                        judged[program] = audit.audit(network, task["demand"], flow, toll, distance)
            for program, verdict in judged.items():
                line = {"network": name, "program": program, "asked": asked.gap, **verdict}
                if program in spent:
                    line["cpu_seconds"] = round(statistics.median(spent[program]), 6)
                    line["runs"] = len(spent[program])
                print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
