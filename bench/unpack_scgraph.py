"""Write the world's rail and road graphs of PyPI's scgraph_data 2.0.0 as node and edge CSV.

    pip download --no-deps scgraph_data==2.0.0
    python3 bench/unpack_scgraph.py scgraph_data-2.0.0-py3-none-any.whl FOLDER

The graphs are text inside the wheel: a list of {neighbour: km} by node and a list of [latitude, longitude]. Nothing of
the package is run. Files and columns are those of the region network (nodes: node, lat, lon, component; edges: from,
to, km); only the largest connected component is kept, its nodes renumbered in their order; self-loops are left out.
Data: (c) OpenStreetMap contributors, ODbL 1.0.
"""

import ast
import csv
import gzip
import sys
import zipfile
from pathlib import Path

GRAPHS = {"rail": "scgraph_data/world_railways.py", "road": "scgraph_data/world_highways.py"}


def lists(text):
    """The two literals of a module: graph and nodes."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and name in ("graph", "nodes"):
            found[name] = ast.literal_eval(value)
    return found["graph"], found["nodes"]


def largest_component(graph):
    neighbours = [set() for _ in graph]
    for tail, row in enumerate(graph):
        for head in row:
            neighbours[tail].add(head)
            neighbours[head].add(tail)
    seen, largest = [False] * len(graph), []
    for start in range(len(graph)):
        if seen[start]:
            continue
        seen[start], members = True, [start]
        for node in members:
            for other in neighbours[node]:
                if not seen[other]:
                    seen[other] = True
                    members.append(other)
        if len(members) > len(largest):
            largest = members
    return sorted(largest)


def write(path, heading, rows):
    with gzip.open(path, "wt", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


def main(wheel, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name, member in GRAPHS.items():
            graph, places = lists(archive.read(member).decode("utf-8"))
            kept = largest_component(graph)
            number = {node: new for new, node in enumerate(kept)}
            edges = {}
            for tail in kept:
                for head, km in graph[tail].items():
                    if tail != head:
                        ends = tuple(sorted((number[tail], number[head])))
                        edges[ends] = min(km, edges.get(ends, km))
            nodes = [(number[node], *places[node], 0) for node in kept]
            write(folder / f"{name}_nodes.csv.gz", ("node", "lat", "lon", "component"), nodes)
            rows = [(tail, head, km) for (tail, head), km in sorted(edges.items())]
            write(folder / f"{name}_edges.csv.gz", ("from", "to", "km"), rows)
            print(f"{name}: {len(nodes)} nodes, {len(rows)} edges", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
