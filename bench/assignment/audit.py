"""How good flows are, whoever made them: `relative_gap(...)`, by SciPy's shortest paths and nothing of the programs judged.

The relative gap is (total cost - least cost) / total cost, with the cost of every link at its flow, and the least cost as
if each trip took its cheapest way at those costs. Flows must carry the demand, so what goes into and out of each node is
checked too.
"""

import gzip
import re

import numpy
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra


def text_of(path):
    opened = gzip.open(path, "rt") if str(path).endswith(".gz") else open(path)
    with opened as file:
        return file.read()


def read_network(path):
    text = text_of(path)
    head, body = text.split("<END OF METADATA>")
    number = lambda name: int(re.search(rf"<{name}>\s*(-?\d+)", head).group(1))
    rows = [line.replace(";", " ").split() for line in body.splitlines() if not line.strip().startswith("~")]
    table = numpy.array([[float(cell) for cell in row[:9]] for row in rows if len(row) >= 9])
    return {
        "zones": number("NUMBER OF ZONES"),
        "nodes": number("NUMBER OF NODES"),
        "first_through": number("FIRST THRU NODE"),
        "tail": table[:, 0].astype(int) - 1,
        "head": table[:, 1].astype(int) - 1,
        "capacity": table[:, 2],
        "length": table[:, 3],
        "time": table[:, 4],
        "b": table[:, 5],
        "power": table[:, 6],
        "toll": table[:, 8],
    }


def read_demand(path, zones):
    demand = numpy.zeros((zones, zones))
    body = text_of(path).split("<END OF METADATA>")[1]
    for block in re.split(r"Origin", body)[1:]:
        origin, rest = (block.split(None, 1) + [""])[:2]
        for destination, amount in re.findall(r"(\d+)\s*:\s*([0-9.eE+-]+)\s*;", rest):
            demand[int(origin) - 1, int(destination) - 1] += float(amount)
    numpy.fill_diagonal(demand, 0.0)  # what stays within a zone does not enter the network
    return demand


def costs(network, flow, toll, distance):
    constant = (network["b"] == 0) | (network["power"] == 0)
    load = numpy.divide(flow, network["capacity"], out=numpy.zeros_like(flow), where=~constant)
    grown = numpy.where(constant, network["b"] * (network["power"] == 0), network["b"] * load ** network["power"])
    return network["time"] * (1 + grown) + toll * network["toll"] + distance * network["length"]


def objective(network, flow, toll, distance):
    constant = (network["b"] == 0) | (network["power"] == 0)
    load = numpy.divide(flow, network["capacity"], out=numpy.zeros_like(flow), where=~constant)
    share = network["b"] * load ** network["power"] / (network["power"] + 1)
    grown = numpy.where(constant, network["b"] * (network["power"] == 0), share)
    return float(numpy.sum(flow * (network["time"] * (1 + grown) + toll * network["toll"] + distance * network["length"])))


def audit(network, demand, flow, toll=0.0, distance=0.0):
    """Relative gap, greatest imbalance at a node and objective of some flows."""
    flow = numpy.asarray(flow, dtype=float)
    cost = costs(network, flow, toll, distance)
    nodes, zones = network["nodes"], network["zones"]
    # A zone below the first through node is only left at its own copy and only entered at itself.
    closed = network["first_through"] - 1
    tail = numpy.where(network["tail"] < closed, network["tail"] + nodes, network["tail"])
    # SciPy takes a weight of zero for no link; what is added is far below any gap looked for.
    weight = numpy.maximum(cost, 1e-300)
    graph = csr_matrix((weight, (tail, network["head"])), shape=(nodes + closed, nodes + closed))
    start = numpy.array([zone + nodes if zone < closed else zone for zone in range(zones)])
    distances = dijkstra(graph, indices=start)[:, :zones]
    reached = numpy.where(demand > 0, distances, 0.0)
    least = float(numpy.sum(demand * reached))
    total = float(numpy.dot(flow, cost))
    balance = numpy.zeros(nodes)
    numpy.add.at(balance, network["tail"], flow)
    numpy.subtract.at(balance, network["head"], flow)
    balance[:zones] -= demand.sum(axis=1) - demand.sum(axis=0)
    return {
        "gap": (total - least) / total,
        "imbalance": float(numpy.abs(balance).max()),
        "objective": objective(network, flow, toll, distance),
    }


def read_flows(path, network):
    """Flows of a `from to volume` table, in the order of the links."""
    volumes = {}
    for line in text_of(path).splitlines():
        cells = line.replace(";", " ").split()
        if len(cells) >= 3 and cells[0].isdigit():
            volumes[int(cells[0]) - 1, int(cells[1]) - 1] = float(cells[2])
    return numpy.array([volumes[ends] for ends in zip(network["tail"], network["head"])])
