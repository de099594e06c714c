/**
 * The scripts that make a shell ask `rowferry __complete`.
 *
 * @module
 */

/** Bash splits words at `=` and leaves the quoting to us, so it hands over the line as it stands. */
const BASH = `# bash completion for rowferry
_rowferry() {
  local reply
  COMPREPLY=()
  while IFS= read -r reply; do
    COMPREPLY+=("$reply")
  done < <("$1" __complete bash "\${COMP_LINE:0:COMP_POINT}" "$2" </dev/null 2>/dev/null)
  # A column is followed by its value, not by a space.
  if [[ \${COMPREPLY[0]-} == *= ]]; then compopt -o nospace 2>/dev/null; fi
  return 0
}
complete -o bashdefault -o default -F _rowferry rowferry
`;

const ZSH = `#compdef rowferry
_rowferry() {
  local value help
  local -a values shown suffix
  while IFS=$'\\t' read -r value help; do
    values+=("$value")
    shown+=("$value\${help:+  -- $help}")
  done < <("\${(Q)words[1]}" __complete zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" \\
    </dev/null 2>/dev/null)
  if (( ! $#values )); then
    [[ $PREFIX == --*=* ]] && compset -P '*='
    _files
    return
  fi
  # A column is followed by its value, not by a space.
  [[ $values[1] == *= ]] && suffix=(-S '')
  compadd -l "\${suffix[@]}" -d shown -- "\${values[@]}"
}
if [[ $funcstack[1] == _rowferry ]]; then
  _rowferry "$@"
else
  compdef _rowferry rowferry
fi
`;

const FISH = `# fish completion for rowferry
function __rowferry_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l plain (string unescape -- "$current"; or string replace -r '^[\\'"]' '' -- "$current")
    set -l found ($words[1] __complete fish $words[2..-1] "$plain" </dev/null 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        set -l flag (string match -r -- '^--[^=]+=' "$plain")
        __fish_complete_path (string replace -- "$flag" '' "$plain") | string replace -r -- '^' "$flag"
    end
end
complete -c rowferry -f -k -a '(__rowferry_complete)'
`;

/** A script by the name of its shell. */
export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
};
