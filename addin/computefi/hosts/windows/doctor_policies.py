"""Policies of a firm that keep Excel from starting Python: which rule, as IT knows it, and what to ask for.

Read-only: Defender's attack surface reduction, DisableCMD, RestrictRun, AppLocker, software restriction, VBA switched
off. What is only where an administrator may read is not seen; then a rule speaks by its own message in Windows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from computefi.hosts.windows.doctor_machine import Machine, Registry
from computefi.hosts.windows.doctor_settings import Finding

DEFENDER = r"SOFTWARE\Policies\Microsoft\Windows Defender"
ASR_RULES = rf"{DEFENDER}\Windows Defender Exploit Guard\ASR\Rules"
# By Intune all rules stand in one text: "d4f940ab-…=1|92e97fa1-…=2".
ASR_MANAGED = rf"{DEFENDER}\Policy Manager", "ASRRules"
SERVE = (
    'run "computefi excel install --attach" and, before Excel, "computefi excel serve": then Excel starts nothing. Or '
    "ask IT to except this Python from the rule"
)
BLOCKED = "1"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of attack surface reduction by its identifier. Where `starts`, it is about Excel starting a program."""

    identifier: str
    name: str
    cure: str
    starts: bool = False


RULES = (
    Rule("d4f940ab-401b-4efc-aadc-ad5f3c50688a", "Block all Office applications from creating child processes",
         SERVE, starts=True),
    Rule("92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b", "Block Win32 API calls from Office macros",
         "xlwings' VBA declares its DLL, which this rule hits: ask IT to except the workbook's folder or the add-in "
         "from the rule, or take a host without VBA: computefi serve, or computefi export --host lambda"),
    Rule("01443614-cd74-433a-b99e-2ecdc07bfc25",
         "Block executable files from running unless they meet a prevalence, age, or trusted list criterion",
         "ask IT to except the pythonw.exe of computefi, or use the Python that the firm hands out"),
)  # fmt: skip

POLICIES = r"Software\Policies\Microsoft"
EXPLORER = r"Software\Microsoft\Windows\CurrentVersion\Policies\Explorer"
OFFICE_16 = rf"{POLICIES}\Office\16.0"
ENFORCED = 1
ASK_FOR_PYTHON = "ask IT to allow pythonw.exe and the xlwings DLL in the folder of this Python (docs: For IT)"


def policies(machine: Machine, attaches: bool) -> Iterator[Finding]:
    """The rules in force; where Excel attaches to a Python that runs, those about starting one do no harm."""
    registry = machine.registry
    assert registry is not None
    for rule in RULES:
        if state(registry, rule.identifier) == BLOCKED and not (attaches and rule.starts):
            yield Finding(f'Defender\'s rule "{rule.name}" ({rule.identifier.upper()}) is in force', rule.cure)
    if not attaches:
        yield from _starting(registry)
    for hive in ("HKCU", "HKLM"):
        if registry(hive, rf"{OFFICE_16}\Common", "VBAOff") == ENFORCED:
            yield Finding(
                "the firm has switched VBA off (VBAOff)", "take a host without VBA: computefi serve, or LAMBDAs"
            )
            break
    for kind, what in (("Exe", "programs"), ("Dll", "DLLs")):
        if registry("HKLM", rf"{POLICIES}\Windows\SrpV2\{kind}", "EnforcementMode") == ENFORCED:
            yield Finding(f"AppLocker decides which {what} may run (SrpV2\\{kind})", ASK_FOR_PYTHON)
    for hive in ("HKLM", "HKCU"):
        if registry(hive, rf"{POLICIES}\Windows\Safer\CodeIdentifiers", "DefaultLevel") == 0:
            yield Finding("software restriction forbids all programs but those allowed (Safer)", ASK_FOR_PYTHON)


def _starting(registry: Registry) -> Iterator[Finding]:
    """What forbids cmd.exe, through which xlwings starts Python."""
    if registry("HKCU", rf"{POLICIES}\Windows\System", "DisableCMD") in (1, 2):
        yield Finding("the firm has disabled the command prompt (DisableCMD), with which xlwings starts Python", SERVE)
    if registry("HKCU", EXPLORER, "RestrictRun") == ENFORCED:
        yield Finding("this user may run listed programs only (RestrictRun)", ASK_FOR_PYTHON)


def state(registry: Registry, identifier: str) -> str:
    """What a rule does: 1 blocks, 2 only notes, 6 warns; empty where it is not set."""
    for spelled in (identifier, identifier.upper()):
        told = registry("HKLM", ASR_RULES, spelled)
        if told is not None:
            return str(told)
    for pair in str(registry("HKLM", *ASR_MANAGED) or "").split("|"):
        name, _, value = pair.partition("=")
        if name.strip(" {}").lower() == identifier:
            return value.strip()
    return ""
