/** What says which data folder a start is for, or only holds for that one. */
const ofOneFolder = ['--home', '--project', '--watch'];

/** The arguments of this program for a start on another data folder. */
export function argumentsFor(home: string, args: readonly string[]): string[] {
  const others = args.filter((arg, at) => {
    const [name] = arg.split('=', 1);
    return !ofOneFolder.includes(name!) && !ofOneFolder.includes(args[at - 1] ?? '');
  });
  return [...others, '--home', home];
}
