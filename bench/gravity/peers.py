"""The same panel, or the same counterfactual, in programs that others use.

    python peers.py fereg|pyfixest FILE.csv 2|3 RUNS     FILE is from `bench-gravity csv`
    python peers.py gegravity FILE.csv RUNS              FILE is crates/gravity/tests/data/gegravity/sample_data_set.csv.gz
"""

import os
import resource
import sys
import time
import warnings

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["NUMBA_NUM_THREADS"] = "1"
warnings.filterwarnings("ignore")

import pandas


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work):
    start, cpu = time.time(), time.process_time()
    result = work()
    wall, cpu = time.time() - start, time.process_time() - cpu
    print(f"wall {wall:.3f} s, cpu {cpu:.3f} s, peak {peak_megabytes():.0f} MB", flush=True)
    return result


def estimate(peer, file, ways, runs):
    data = pandas.read_csv(file)
    formula = "trade ~ rta + tariff + union | exporter^year + importer^year"
    if ways == "3":
        formula += " + pair"
    print(f"{peer}, {len(data)} rows, {formula}, memory with the table {peak_megabytes():.0f} MB", flush=True)
    if peer == "fereg":
        import fereg

        work = lambda: fereg.fepois(formula, data=data, vcov={"CRV1": "pair"})
    else:
        import pyfixest

        work = lambda: pyfixest.fepois(formula, data=data, vcov={"CRV1": "pair"})
    for _ in range(runs):
        fit = timed(work)
    errors = fit.se()
    for name, estimate in fit.coef().items():
        print(f"  {name:<8} {estimate:.12f} ({errors[name]:.10f})")


def counterfactual(file, runs):
    import contextlib
    import io

    import gegravity

    data = pandas.read_csv(file)
    costs = ["lndist", "contiguity", "common_language", "pta", "international"]
    values = [-0.3898623, 0.891577, 0.0326249, 0.4711383, -3.412584]
    estimates = gegravity.CostCoeffs(
        pandas.DataFrame({"var": costs, "beta": values, "stderr": [0.0] * 5}),
        identifier_col="var",
        coeff_col="beta",
        stderr_col="stderr",
    )
    names = dict(imp_var_name="importer", exp_var_name="exporter", year_var_name="year", trade_var_name="trade")
    baseline = gegravity.BaselineData(
        data, output_var_name="Y", expend_var_name="E", **names
    )
    changed = data.copy()
    pair = changed["importer"].isin(["CAN", "JPN"]) & changed["exporter"].isin(["CAN", "JPN"])
    changed.loc[pair & (changed["importer"] != changed["exporter"]), "pta"] = 1

    def work():
        with contextlib.redirect_stdout(io.StringIO()):
            model = gegravity.OneSectorGE(
                baseline, year="2006", reference_importer="DEU", sigma=5, cost_variables=costs, cost_coeff_values=estimates
            )
            model.build_baseline(omr_rescale=100)
            model.define_experiment(changed)
            model.simulate()
        return model

    print(f"gegravity, {len(data)} rows", flush=True)
    for _ in range(runs):
        model = timed(work)
    print(model.country_results.loc[["CAN", "JPN"], "GDP change (percent)"])


match sys.argv[1:]:
    case [("fereg" | "pyfixest") as peer, file, ways, runs]:
        estimate(peer, file, ways, int(runs))
    case ["gegravity", file, runs]:
        counterfactual(file, int(runs))
    case _:
        sys.exit(__doc__)
