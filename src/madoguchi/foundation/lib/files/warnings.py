"""Which files deserve a second look before somebody opens them: programs, scripts, macros, and false names."""

from collections.abc import Mapping

# What runs, or makes something run, when it is opened by double click.
_CAREFUL_KINDS = frozenset({"exe", "lnk", "iso", "script", "html", "svg", "docm", "xlsm", "pptm"})
_CAREFUL_ENDINGS = frozenset(
    [
        "ade",
        "app",
        "apk",
        "appref-ms",
        "bat",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "docm",
        "dotm",
        "exe",
        "gadget",
        "hta",
        "htm",
        "html",
        "img",
        "inf",
        "iso",
        "jar",
        "js",
        "jse",
        "lnk",
        "mht",
        "mhtml",
        "msc",
        "msi",
        "msix",
        "msp",
        "mst",
        "one",
        "pif",
        "pkg",
        "potm",
        "ppam",
        "ppsm",
        "pptm",
        "ps1",
        "psm1",
        "py",
        "rb",
        "reg",
        "scf",
        "scr",
        "sct",
        "sh",
        "shtml",
        "sldm",
        "svg",
        "svgz",
        "url",
        "vb",
        "vbe",
        "vbs",
        "vhd",
        "vhdx",
        "ws",
        "wsc",
        "wsf",
        "wsh",
        "xbap",
        "xhtml",
        "xlam",
        "xll",
        "xlsb",
        "xlsm",
        "xltm",
        "xml",
        "xsl",
    ]
)
# The endings under which each kind is usual.
_ENDINGS: Mapping[str, frozenset[str]] = {
    kind: frozenset(endings.split())
    for kind, endings in {
        "pdf": "pdf ai", "png": "png", "jpeg": "jpg jpeg jpe jfif", "gif": "gif", "webp": "webp",
        "heic": "heic heif", "zip": "zip", "docx": "docx dotx", "xlsx": "xlsx xltx", "pptx": "pptx potx ppsx",
        "docm": "docm dotm doc dot", "xlsm": "xlsm xltm xlam xls", "pptm": "pptm potm ppsm ppt", "doc": "doc dot",
        "xls": "xls xlt", "ppt": "ppt pps pot", "msg": "msg", "txt": "txt text log md tsv json ini",
        "csv": "csv tsv", "eml": "eml mht mhtml", "ics": "ics", "vcf": "vcf", "mp4": "mp4 m4v m4a 3gp mov",
        "mov": "mov qt", "tnef": "dat", "html": "html htm xhtml shtml", "svg": "svg", "exe": "exe dll scr com sys",
        "lnk": "lnk", "iso": "iso img", "script": "sh py rb pl",
    }.items()
}  # fmt: skip
_KNOWN = frozenset().union(*_ENDINGS.values())


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def careful(name: str, kind: str) -> bool:
    """Whether opening it may run something, by what it is or by what its name makes a computer do."""
    return kind in _CAREFUL_KINDS or ending_of(name) in _CAREFUL_ENDINGS


def mismatched(name: str, kind: str) -> bool:
    """The name says one thing and the content another: 請求書.pdf that is a program."""
    ending = ending_of(name)
    if kind in _ENDINGS:
        return bool(ending) and ending not in _ENDINGS[kind] and (ending in _KNOWN or kind in _CAREFUL_KINDS)
    return ending in _KNOWN
