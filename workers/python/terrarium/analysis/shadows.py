"""Own modules that bear the name of a standard or third-party module: one of the two is never found."""
from terrarium.analysis.declared import warning
from terrarium.analysis.own_modules import OwnModule, OwnModules
from terrarium.analysis.stdlib import PRESENT
from terrarium.analysis.suggestions import find_declared


def find_shadows(own: OwnModules, declared: dict[str, str], project: str, bare: bool) -> list[dict]:
    """`declared`: as Sorter has it."""
    tops = [module for module in own.modules if "." not in module.dotted or bare and not module.in_package and not module.is_package]
    return [found for module in tops if (found := _find_shadow(module, declared, project))]


def _find_shadow(module: OwnModule, declared: dict[str, str], project: str) -> dict | None:
    top = module.dotted.rpartition(".")[2]
    if top in ("__main__", "__init__"):
        return None
    if top in PRESENT:
        return warning(f"{module.path} has the name of the standard module `{top}`; imports of `{top}` may find the wrong one.", module.path)
    distribution = find_declared(top, declared)
    if distribution and distribution.lower() != project.lower():
        return warning(f"{module.path} has the name of a module of {distribution}, which is required; imports of `{top}` may find the wrong one.", module.path)
    return None
