"""A call → the modules that it loads by name: literal, or `""` where the name is computed."""
import ast

#: Calls whose first argument (or `name`) names the module.
NAMED = {"import_module", "__import__", "find_spec", "find_loader", "run_module", "resolve_name", "locate", "lazy_import"}
#: Calls that load what they find.
COMPUTED = {"iter_modules", "walk_packages", "load_source", "spec_from_file_location", "SourceFileLoader", "run_path",
            "entry_points", "iter_entry_points", "load_entry_point", "exec_module"}
#: Names that mean an import only as attributes of these modules.
ONLY_OF = {"resolve_name": {"pkgutil"}, "locate": {"pydoc"}, "entry_points": {"metadata", "importlib_metadata", ""}}


def find_dynamic(call: ast.Call, package: str, aliases: dict[str, str]) -> str | None:
    """None where the call imports nothing."""
    name, owner = _called(call.func, aliases)
    if name == "exec":
        return "" if not owner else None
    if name in ONLY_OF and owner not in ONLY_OF[name]:
        return None
    if name in COMPUTED:
        return ""
    return _module_named(call, package) if name in NAMED else None


def _called(function: ast.expr, aliases: dict[str, str]) -> tuple[str, str]:
    if isinstance(function, ast.Name):
        return aliases.get(function.id, function.id), ""
    if not isinstance(function, ast.Attribute):
        return "", ""
    value = function.value
    return function.attr, value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else "?"


def _module_named(call: ast.Call, package: str) -> str:
    argument = call.args[0] if call.args else next((keyword.value for keyword in call.keywords if keyword.arg == "name"), None)
    if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
        return ""
    name = argument.value.partition(":")[0]
    if not name.startswith("."):
        return name if all(part.isidentifier() for part in name.split(".")) else ""
    return resolve_relative(name.lstrip("."), len(name) - len(name.lstrip(".")), _anchor(call, package))


def _anchor(call: ast.Call, package: str) -> str:
    given = call.args[1] if len(call.args) > 1 else next((keyword.value for keyword in call.keywords if keyword.arg == "package"), None)
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return given.value
    return package if isinstance(given, ast.Name) and given.id in ("__package__", "__name__") else ""


def resolve_relative(name: str, level: int, package: str) -> str:
    """`..x` in `a.b` is `a.x`; empty where it leaves the top."""
    parts = package.split(".") if package else []
    if level > len(parts):
        return ""
    anchor = parts[:len(parts) - level + 1]
    return ".".join([*anchor, name] if name else anchor)


def modules_run(items: list[ast.expr]) -> list[str]:
    """`[sys.executable, "-m", "http.server"]` starts a module by name."""
    values = [item.value if isinstance(item, ast.Constant) else None for item in items]
    return [
        name for flag, name in zip(values, values[1:])
        if flag == "-m" and isinstance(name, str) and all(part.isidentifier() for part in name.split("."))
    ]
