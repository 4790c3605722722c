/** What a person can set. Everything has a default, so that an empty store has settings. */
import { z } from 'zod';
import { fileFormats } from './calls.ts';
import { devices } from './engine.ts';
import { choices, listKinds, ordersOfWork, splits, strategies } from './records.ts';
import { exportable } from './texts.ts';

/** What the keys of the compare view do. */
export const compareActions = [...choices, 'undo'] as const;
export type CompareAction = (typeof compareActions)[number];

/** What a ranking is copied as. */
export const listForms = ['markdown', 'plain', 'html'] as const;
export type ListForm = (typeof listForms)[number];

/** Where the guide from the first import to the first export stands; 'none' where it was not wanted or is over. */
const guideSteps = ['none', 'import', 'compare', 'train', 'ranking', 'export'] as const;
export type GuideStep = (typeof guideSteps)[number];

export const longestQuestion = 200;
export const longestSetName = 200;

/** A key as KeyboardEvent.key names it; letters in lower case. '' for none. */
const key = z.string().max(20);

export const settingsSchema = z.object({
  /** The name that stands on this person's answers. */
  annotator: exportable.trim().min(1).max(100),
  theme: z.enum(['system', 'light', 'dark']),
  /** Single keys can be switched off, since they get in the way of dictation and switches (WCAG 2.1.4). */
  keysEnabled: z.boolean(),
  keys: z.record(z.enum(compareActions), key),
  /** Answers a day that the ring counts towards. */
  goal: z.int().min(1).max(10_000),
  /** Markdown. */
  guidelines: z.string().max(100_000),
  /** Whether the two comments scroll together. */
  scrollTogether: z.boolean(),
  /** What Compare asks: which of two is better, or several comments at once. */
  question: z.enum(['pair', ...listKinds]),
  /** How the next pair is chosen. */
  strategy: z.enum(strategies),
  /** Whether a post is finished before another one begins, or the strategy says so for every pair. */
  work: z.enum(ordersOfWork),
  /** What the posts are called that alone are asked about (answers.narrow); null: all are. */
  only: exportable.trim().min(1).max(longestSetName).nullable(),
  /** What is asked of two comments, in a person's own words; '' for those of the app. */
  ownQuestion: exportable.trim().max(longestQuestion),
  /** Share of pairs that are drawn by chance whatever the strategy. */
  randomShare: z.number().min(0).max(1),
  /** Share of pairs that come back after a while, sides swapped. */
  repeatShare: z.number().min(0).max(0.5),
  /** Whether a backup is made daily and before an import is undone. */
  automaticBackups: z.boolean(),
  device: z.enum(devices),
  /** Name of the model that ranks; null for the newest. */
  modelInUse: z.string().nullable(),
  /** Where the window was left: a route. */
  place: z.string().max(2_000),
  /** Whether the welcome was answered. */
  welcomed: z.boolean(),
  guide: z.enum(guideSteps),
  /** Whether a ranking was ever exported, or copied as a list. */
  exported: z.boolean(),
  /** What was chosen for the last export of a ranking: the next one begins with it. */
  exporting: z.object({
    format: z.enum(fileFormats),
    split: z.enum([...splits, '']),
    /** Whether the table is written as this person's language has it, or as those have it that write decimals in the other way. */
    decimals: z.enum(['own', 'other']),
    /** Whether CSV is for Excel in this person's language, or for programs. */
    forExcel: z.boolean(),
    pairsPerPost: z.number().nullable(),
    margin: z.number().nullable(),
    /** Whether comments that a person excluded stay out of rankings. */
    withoutExcluded: z.boolean().default(false),
  }),
  /** The same for a ranking that is copied as a list. */
  listing: z.object({
    form: z.enum(listForms),
    /** null: all. */
    most: z.int().min(1).nullable(),
    authors: z.boolean(),
    scores: z.boolean(),
    /** Whether long comments are copied whole. */
    whole: z.boolean(),
  }),
});
export type Settings = Readonly<z.output<typeof settingsSchema>>;

export const defaultSettings: Settings = {
  annotator: 'me',
  theme: 'system',
  keysEnabled: true,
  keys: { left: 'a', right: 'd', tie: 's', bad: 'x', skip: 'w', flag: 'f', undo: 'z' },
  goal: 50,
  guidelines: '',
  scrollTogether: false,
  question: 'pair',
  strategy: 'random',
  work: 'strategy',
  only: null,
  ownQuestion: '',
  randomShare: 0.2,
  repeatShare: 0.03,
  automaticBackups: true,
  device: 'auto',
  modelInUse: null,
  place: '/',
  welcomed: false,
  guide: 'none',
  exported: false,
  exporting: {
    format: 'table',
    split: '',
    decimals: 'own',
    forExcel: false,
    pairsPerPost: null,
    margin: null,
    withoutExcluded: false,
  },
  listing: { form: 'markdown', most: 10, authors: true, scores: false, whole: true },
};
