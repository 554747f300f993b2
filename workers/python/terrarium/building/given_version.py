"""A version that the user or the analysis gave → what tells it to the plugins that would ask git."""

# Variable and plugin: setuptools-scm, hatch-vcs and flit-scm share the first; the others are named after theirs.
_VARIABLES = ('SETUPTOOLS_SCM_PRETEND_VERSION', 'VCS_VERSIONING_PRETEND_VERSION', 'PDM_BUILD_SCM_VERSION', 'PBR_VERSION',
              'POETRY_DYNAMIC_VERSIONING_BYPASS', 'UV_DYNAMIC_VERSIONING_BYPASS')

# What plugins write when they find no git and say nothing.
UNKNOWN = ('0+unknown', '0.0.0', '0.0.0+unknown', '0.1.dev0', '0')


def print_variables(version: str | None) -> dict[str, str]:
    return {name: version for name in _VARIABLES} if version else {}
