import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What was done, a line of JSON each, so that a run that was broken off goes on where it was. */
type Journal<Line> = {
  readonly path: string;
  /** What stands in it, of this run and of those before it. */
  readonly lines: Line[];
  readonly add: (line: Line) => void;
};

export function openJournal<Line>(path: string): Journal<Line> {
  mkdirSync(dirname(path), { recursive: true });
  const lines = existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((text) => parsed<Line>(text))
    : [];
  return {
    path,
    lines,
    add: (line) => {
      lines.push(line);
      appendFileSync(path, `${JSON.stringify(line)}\n`);
    },
  };
}

/** The last line may have been cut off. */
function parsed<Line>(text: string): Line[] {
  try {
    return text === '' ? [] : [JSON.parse(text) as Line];
  } catch {
    return [];
  }
}

/** Rows in columns, for the terminal and for the documentation. */
export function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`;
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}
