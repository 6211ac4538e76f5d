/** What the script says on file descriptor 3, one word a line. */
export type StartWord = 'started' | 'absent' | 'forbidden' | 'left';

/**
 * The script that runs a command inside a sandbox; the command is the script's arguments. It sets the environment, as the
 * last thing before the command so that it has no effect on the script itself; says `started`, or why the command can't be
 * run; ends with the command's exit code (128 + n for a signal); and says `left` if other processes are alive then.
 *
 * SIGTERM is for the command: the script waits until that has ended, and keeps to itself what a shell says of signals.
 */
export function startScript(environment: Readonly<Record<string, string>>): string {
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return `
trap : TERM
case $1 in
*/*) found=$1 ;;
*)
  found=
  path=${quoted(environment['PATH'] ?? DEFAULT_PATH)}
  IFS=:
  for folder in $path; do
    if [ -f "$folder/$1" ] && [ -x "$folder/$1" ]; then found=$folder/$1; break; fi
  done
  unset IFS ;;
esac
if [ ! -f "$found" ]; then echo absent >&3; exit 127; fi
if [ ! -x "$found" ]; then echo forbidden >&3; exit 126; fi
shift
set -- "$found" "$@"
count() { set -- /proc/[0-9]*; count=$#; }
count
before=$count
echo started >&3
exec 4>&2 2> /dev/null
(
unset PWD OLDPWD SHLVL LC_ALL
${exports.join('\n')}
exec "$@"
) < /dev/null 2>&4 3>&- 4>&-
code=$?
for turn in 1 2 3 4 5; do
  count
  if [ "$count" -le "$before" ]; then exit "$code"; fi
  sleep 0.05
done
echo left >&3
exit "$code"
`;
}

/** Where the system looks for commands without a PATH. */
const DEFAULT_PATH = '/usr/bin:/bin';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
