import type { Target } from './target.ts';

type Listed = {
  /** How many of a million inputs it gets: the more, the quicker it is. */
  readonly share: number;
  readonly load: () => Promise<Target>;
};

/** All that reads what others wrote, by name. One is loaded when it gets its inputs; what takes longest comes first. */
export const targets: Readonly<Record<string, Listed>> = {
  contract: { share: 25_000, load: async () => (await import('./contract.ts')).contract },
  'damaged-files': { share: 45_000, load: async () => (await import('./data-files.ts')).damagedFiles },
  'strange-records': { share: 60_000, load: async () => (await import('./data-files.ts')).strangeRecords },
  tables: { share: 35_000, load: async () => (await import('./data-files.ts')).tables },
  markdown: { share: 100_000, load: async () => (await import('./texts.ts')).markdown },
  html: { share: 100_000, load: async () => (await import('./texts.ts')).html },
  values: { share: 130_000, load: async () => (await import('./texts.ts')).values },
  cells: { share: 110_000, load: async () => (await import('./texts.ts')).cells },
  safetensors: { share: 60_000, load: async () => (await import('./weights.ts')).safetensors },
  pickles: { share: 130_000, load: async () => (await import('./weights.ts')).pickles },
  models: { share: 2_000, load: async () => (await import('./weights.ts')).models },
  'encoder-files': { share: 70_000, load: async () => (await import('./encoders.ts')).encoderFiles },
  tokenizers: { share: 10_000, load: async () => (await import('./encoders.ts')).tokenizers },
  vocabularies: { share: 30_000, load: async () => (await import('./encoders.ts')).vocabularies },
  'model-archives': { share: 17_500, load: async () => (await import('./archives.ts')).modelArchives },
  backups: { share: 500, load: async () => (await import('./archives.ts')).backups },
  'site-answers': { share: 40_000, load: async () => (await import('./sites.ts')).siteAnswers },
  addresses: { share: 20_000, load: async () => (await import('./sites.ts')).addresses },
  'hub-answers': { share: 15_000, load: async () => (await import('./sites.ts')).hubAnswers },
};
