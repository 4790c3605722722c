/** What is known of a training before it begins: whether it fits this machine, how long it takes, and what would help. */

/** Bytes that a training needs at most, and what they are for. */
export type MemoryForecast = {
  readonly weights: number;
  /** One for every trained weight, and once more when they come back from where they are computed. */
  readonly gradients: number;
  /** The optimiser's two for every trained weight. */
  readonly moments: number;
  /** Intermediate results of the largest batch, those of a look at the validation split, and dropout's masks. */
  readonly activations: number;
  /** The program itself, its tokenizer and the texts. */
  readonly program: number;
};

export type TimeForecast = {
  readonly seconds: number;
  /** It will hardly take less, or more. */
  readonly low: number;
  readonly high: number;
};

/** Other settings, and what a training with them would need. */
export type Proposal = {
  /** The settings that differ. */
  readonly changes: Readonly<Record<string, number>>;
  /** What it means, as a sentence. */
  readonly says: string;
  readonly bytes: number;
  readonly time: TimeForecast | null;
};

export type Forecast = {
  readonly device: string;
  /** What that is called; absent where it isn't known. */
  readonly deviceName?: string;
  /** As many steps, about: batches differ from epoch to epoch. */
  readonly steps: number;
  /** Null where it was not looked at: a quick training always fits. */
  readonly memory: (MemoryForecast & { readonly bytes: number }) | null;
  /** Bytes that the training may take on this machine; null for a graphics card, whose memory can't be asked for. */
  readonly available: number | null;
  /** Null where that can't be known. */
  readonly fits: boolean | null;
  /** Null where it wasn't measured. */
  readonly time: TimeForecast | null;
  /** Of a training for the best: how long it takes until its quick model ranks. `time` is what it may take as a whole. */
  readonly ranking?: TimeForecast;
  /** Of so many earlier trainings it has learned how long they take here; absent where there was none. */
  readonly learnedFrom?: number;
  /** Those that fit, or take less time, where that is wanted; the least changed first. */
  readonly proposals: readonly Proposal[];
};
