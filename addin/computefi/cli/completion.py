"""Completion at the TAB key: the scripts that shells load, and what they ask for."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, get_completion_class

from computefi.cli.common import Refusal, command, json_option, print_json

PROGRAM, VARIABLE = "computefi", "_COMPUTEFI_COMPLETE"
INSTALL = {
    "bash": 'eval "$(computefi completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(computefi completion zsh)" in ~/.zshrc',
    "fish": "computefi completion fish > ~/.config/fish/completions/computefi.fish",
    "powershell": "computefi completion powershell | Out-String | Invoke-Expression in $PROFILE",
}
POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $env:COMP_WORDS = $commandAst.ToString()
    $env:COMP_CWORD = $wordToComplete
    $env:%(complete_var)s = 'powershell_complete'
    try {
        %(prog_name)s | ForEach-Object {
            $kind, $value, $help = $_ -split "`t", 3
            if ($kind -eq 'plain') {
                if (-not $help) { $help = $value }
                [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
            }
        }
    } finally {
        Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:%(complete_var)s
    }
}
"""


class PowerShell(ShellComplete):
    """Completion for PowerShell; where it gets nothing it completes names of files itself."""

    name = "powershell"
    source_template = POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, and what of it is there."""
        import os
        import shlex

        incomplete = os.environ.get("COMP_CWORD", "")
        try:
            words = shlex.split(os.environ.get("COMP_WORDS", ""), posix=False)[1:]
        except ValueError:
            words = os.environ.get("COMP_WORDS", "").split()[1:]
        if incomplete and words and words[-1] == incomplete:
            words.pop()
        return words, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.type}\t{item.value}\t{item.help or ''}"


add_completion_class(PowerShell)


@command
@click.argument("shell", type=click.Choice(list(INSTALL)))
@json_option
def completion(shell: str, as_json: bool) -> None:
    """Print the script for completion at the TAB key.

    \b
    Where it goes:
      eval "$(computefi completion bash)"     in ~/.bashrc
      eval "$(computefi completion zsh)"      in ~/.zshrc
      computefi completion fish > ~/.config/fish/completions/computefi.fish
      computefi completion powershell | Out-String | Invoke-Expression   in $PROFILE
    """
    script = script_for(shell)
    if as_json:
        print_json({"shell": shell, "script": script, "install": INSTALL[shell]})
    else:
        click.echo(script)


def script_for(shell: str) -> str:
    """The script that a shell loads."""
    made = get_completion_class(shell)
    if made is None:
        raise Refusal(f"there is no completion for {shell}")
    # click asks bash itself for its version, which need not be on this machine.
    return ShellComplete.source(made(click.Command(PROGRAM), {}, PROGRAM, VARIABLE))
