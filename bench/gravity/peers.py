"""The same panel in fereg: `python peers.py FILE.csv 2|3 RUNS`, where the file is from `bench-gravity csv`."""

import os
import resource
import sys
import time
import warnings

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
warnings.filterwarnings("ignore")

import fereg
import pandas


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


data = pandas.read_csv(sys.argv[1])
formula = "trade ~ rta + tariff + union | exporter^year + importer^year"
if sys.argv[2] == "3":
    formula += " + pair"
print(f"{len(data)} rows, {formula}, memory with the table {peak_megabytes():.0f} MB")
for _ in range(int(sys.argv[3])):
    start, cpu = time.time(), time.process_time()
    fit = fereg.fepois(formula, data=data, vcov={"CRV1": "pair"})
    wall, cpu = time.time() - start, time.process_time() - cpu
    print(f"wall {wall:.2f} s, cpu {cpu:.2f} s, peak {peak_megabytes():.0f} MB")
for name, estimate in fit.coef().items():
    print(f"  {name:<8} {estimate:.12f} ({fit.se()[name]:.10f})")
