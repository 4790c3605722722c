/**
 * Files pass a door as random names ('handles'), never as paths: a door takes a file in (POST /files?name=NAME, the body is
 * its content, the answer a TakenFile), and offers one (GET /files/HANDLE). A window's door also has the system's dialogs.
 */

/** A file the application has taken in from a door. */
export type TakenFile = {
  readonly handle: string;
  readonly name: string;
  readonly bytes: number;
  /** What the folder is called that was chosen, where it was one. */
  readonly folder?: string;
};

/** A file the application has made and offers: the name to propose, and its handle. */
export type FileOffer = { readonly handle: string; readonly name: string; readonly bytes: number };

/** What a dialog asks for. */
export const filePurposes = [
  'comments',
  'comments-folder',
  'model',
  'model-folder',
  'watched-folder',
  'backup',
  'project',
] as const;
export type FilePurpose = (typeof filePurposes)[number];
/** Those that choose a folder. */
const folderPurposes = ['comments-folder', 'model-folder', 'watched-folder'] as const satisfies readonly FilePurpose[];
export type FolderPurpose = (typeof folderPurposes)[number];

/** Those that choose one file. */
export const choosesOne = (purpose: FilePurpose): boolean => purpose === 'backup' || purpose === 'project';

export const choosesFolder = (purpose: FilePurpose): purpose is FolderPurpose =>
  (folderPurposes as readonly FilePurpose[]).includes(purpose);
