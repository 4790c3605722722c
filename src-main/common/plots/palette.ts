import type { Meaning } from '../../contract/figures.ts';

/**
 * The colours of all plots, in light and dark: each reaches 3 : 1 on every ground of its theme, and any two can be told apart by people
 * who are blind to red, green or blue as well. The app and the pages it writes take them from here.
 */
export const hues = {
  blue: { light: '#2450c8', dark: '#93b2ff' },
  rust: { light: '#973a00', dark: '#f0742a' },
  purple: { light: '#b946f5', dark: '#ab4df9' },
  green: { light: '#279504', dark: '#79ee7c' },
  teal: { light: '#004a61', dark: '#1a96bb' },
  grey: { light: '#7a7a7a', dark: '#e6e6e6' },
} as const satisfies Readonly<Record<string, { readonly light: string; readonly dark: string }>>;

type Hue = keyof typeof hues;

/** What a thing looks like, wherever it is drawn. */
const hueOf: Readonly<Record<Meaning, Hue>> = {
  answers: 'blue',
  votes: 'rust',
  model: 'purple',
  longer: 'green',
  texts: 'teal',
  chance: 'grey',
};

const colour = (hue: Hue): string => `var(--plot-${hue})`;

/** The colour of a thing. */
export const colourOf = (meaning: Meaning): string => colour(hueOf[meaning]);

/** Grey is chance alone. */
const ring: readonly Hue[] = ['purple', 'green', 'rust', 'teal', 'blue'];

/** Colours for what has none of its own, such as the runs that are compared, in order. @param first the thing with whose colour they begin */
export function seriesColour(index: number, first: Meaning = 'model'): string {
  const from = ring.indexOf(hueOf[first]);
  return colour(ring[(Math.max(0, from) + index) % ring.length]!);
}

/** The colours as properties of a style sheet. */
export const paletteStyle = `:root {
${Object.entries(hues)
  .map(([name, { light, dark }]) => `  --plot-${name}: light-dark(${light}, ${dark});`)
  .join('\n')}
}`;
