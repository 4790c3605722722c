/** The script of a desktop file's line Exec, as a desktop hands it to the shell: with what the file escapes as it is meant. */
export function scriptOf(desktopFile: string): string {
  const written = /^Exec=sh -c '(.*)' sh %k$/m.exec(desktopFile)?.[1];
  if (written === undefined) throw new Error('Its line Exec is another one.');
  return written.replaceAll('\\\\', '\\').replaceAll('%%', '%');
}
