"""What werkzeug compiles for a route, once for all applications of a process."""

from collections.abc import Callable

from werkzeug.routing import Rule


def compile_once() -> None:
    """Let each application take over the functions that write a route's address from the one before.

    A test has an application of its own, and half of what that takes is compiling these functions; they depend on
    nothing but the route.
    """
    compiled: dict[str, Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = repr((rule.rule, rule._trace, rule.defaults, append_unknown))
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = builder  # type: ignore[method-assign]
