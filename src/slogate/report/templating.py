"""The HTML templates of all reports: escaped, strict, and with nothing that a terminal or a browser would act on."""

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from slogate.report.text import printable


def template(name: str) -> Template:
    """One of the files in `templates/`."""
    environment = Environment(
        loader=PackageLoader("slogate.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = printable
    return environment.get_template(name)
