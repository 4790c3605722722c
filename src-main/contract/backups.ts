/** Backups that are made without being asked for, what a restore would change, and what lies in the trash. */

/** Why a backup was made: daily, before something that changes much, or because somebody asked for it. */
export const backupReasons = ['daily', 'migration', 'undo', 'restore', 'asked'] as const;
export type BackupReason = (typeof backupReasons)[number];

/** How many there are of everything that a person would miss. */
export type Holdings = {
  readonly posts: number;
  readonly comments: number;
  /** Those that count. */
  readonly answers: number;
  readonly imports: number;
  readonly models: number;
  readonly runs: number;
  readonly reports: number;
};

/** A backup in the data folder. */
export type AutomaticBackup = {
  /** The day on which it was made and its number, which only ever grows: '2026-01-31-7'. */
  readonly id: string;
  /** By the clock of that moment, ISO 8601. */
  readonly createdAt: string;
  readonly reason: BackupReason;
  /** What it was made before, such as the file whose import was undone. */
  readonly about: string | null;
  readonly bytes: number;
  readonly holds: Holdings;
  /** Names of its models. */
  readonly models: readonly string[];
};

export type AutomaticBackups = {
  /** The newest first. */
  readonly backups: readonly AutomaticBackup[];
  /** Why the last one could not be made, as a sentence; null where it could. */
  readonly trouble: string | null;
};

/** What a restore would bring and take away. Nothing was changed for it. */
export type RestorePreview = {
  /** Its name, such as that of the file. */
  readonly name: string;
  /** What is there now, and what would be there then. */
  readonly now: Holdings;
  readonly after: Holdings;
  /** What is not there now and would be. */
  readonly comes: Holdings;
  /** What is there now and would not be. */
  readonly goes: Holdings;
  /** Of the answers that go, those given here that the backup knows nothing of: they are newer than it. */
  readonly newerAnswers: number;
  /** Where a row of it holds what can't be read, in a sentence each. */
  readonly unreadable: readonly string[];
};

export const trashKinds = ['model', 'run', 'report'] as const;
export type TrashKind = (typeof trashKinds)[number];

/** Something that is deleted and can be taken back. */
export type TrashItem = {
  readonly kind: TrashKind;
  readonly id: number;
  readonly name: string;
  /** ISO 8601. */
  readonly deletedAt: string;
  /** Days on which Tiebreak is still to be used before it goes for good. */
  readonly daysLeft: number;
};
