"""The peer's side of a benchmark: answers requests on standard input, one JSON object a line, as side.ts does for ours."""
import json
import os
import sys
import time

import numpy as np


def versions():
    import scipy
    import sklearn
    from threadpoolctl import threadpool_info

    blas = {p["prefix"] + " " + p["version"] + " " + p.get("architecture", "") for p in threadpool_info() if p["user_api"] == "blas"}
    return {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__, "blas": sorted(blas)}


class Side:
    def prepare(self, request):
        scope = {"np": np}
        for name, path in request["data"].items():
            scope[name] = np.load(path)
        exec(request["setup"], scope)
        exec("def run():\n    return (" + request["theirs"] + ")", scope)
        self.scope, self.run = scope, scope["run"]
        return {}

    def answer(self, request):
        self.scope["r"] = self.run()
        values = eval(request["answer"], self.scope)
        paths = []
        for i, value in enumerate(values):
            path = os.path.join(request["folder"], f"theirs-{i}.npy")
            np.save(path, np.asarray(value, dtype=np.float64).reshape(-1, 1))
            paths.append(path)
        return {"paths": paths}

    def time(self, request):
        repetitions, run = request["repetitions"], self.run
        start = time.perf_counter_ns()
        for _ in range(repetitions):
            run()
        return {"nanoseconds": (time.perf_counter_ns() - start) / repetitions}

    def versions(self, request):
        return versions()


side = Side()
for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = getattr(side, request["do"])(request)
    except Exception as error:  # the runner reports it and goes on with the next case
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
