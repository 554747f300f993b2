"""Solutions of all targets → the `Resolution` of src/model/resolution.ts."""
from .agree import Solutions
from .files import File
from .lock import print_lock
from .stock import Stock


def make_wheel(file: File) -> dict:
    own = {"filename": file.filename, "url": file.url, "sha256": file.sha256}
    if file.size is not None:
        own["size"] = file.size
    # What a build will give, nobody knows before: the engine fills it in.
    return {"filename": "", "url": "", "sha256": "", "pure": True, "built": own} if file.source else {**own, "pure": file.wheel.pure}


def make_distributions(stocks: dict[str, Stock], solutions: Solutions) -> list[dict]:
    found: dict[tuple, dict] = {}
    asked: dict[tuple, set[tuple[str, str]]] = {}
    indexes: dict[tuple, str] = {}
    for id, solution in solutions.items():
        for candidate in solution.pins.values():
            key = (candidate.name, candidate.version)
            entry = found.setdefault(key, {"name": candidate.name, "version": str(candidate.version), "wheels": {}})
            if not candidate.missing and not candidate.direct and not candidate.file.local:
                indexes[key] = stocks[id].listing(candidate.name).index
            if not candidate.missing:
                entry["wheels"][id] = make_wheel(candidate.file)
            for need, parent in solution.askers[candidate.ident]:
                if need.version is None:
                    asked.setdefault(key, set()).add((parent.name if parent else "", need.text))
    for key, entry in found.items():
        if index := indexes.get(key):
            entry["index"] = index
        entry["requiredBy"] = [{"name": name, "requirement": text} for name, text in sorted(asked.get(key, ()))]
    return [found[key] for key in sorted(found)]


def make_resolution(stocks: dict[str, Stock], solutions: Solutions, notices: list[str], gaps: list[dict]) -> dict:
    environments = {id: stock.environment for id, stock in stocks.items()}
    distributions = make_distributions(stocks, solutions)
    prior_to = next((stock.terms.prior_to for stock in stocks.values()), None)
    return {
        "python": next(iter(environments.values())).series if environments else "",
        "targets": list(environments),
        "distributions": distributions,
        "lock": print_lock(environments, distributions, prior_to) if not gaps else "",
        "notices": notices,
        "gaps": gaps,
    }
