/** What the window's native parts and its pages say to each other beside the calls. Only the window has it. */

/** What the native menu asks of the page: to show a view, or to begin something there. */
export type Command =
  | 'compare'
  | 'train'
  | 'rankings'
  | 'data'
  | 'models'
  | 'people'
  | 'settings'
  | 'projects'
  | 'import'
  | 'export'
  | 'score'
  | 'backup'
  | 'shortcuts';

/** `window.tiebreak`, from the preload script. */
export type Bridge = {
  /** As process.platform. */
  readonly platform: string;
  /** Calls the listener for every command from now on. */
  readonly onCommand: (listener: (command: Command) => void) => void;
};

/** How the connection of a page is closed whose door shows another project from now on. */
export const projectChanged = 4001;

/** The page posts this text to itself with a MessagePort, which the preload script hands to the application for its calls. */
export const portMessage = 'tiebreak:port';
/** The channel on which commands reach the preload script. */
export const commandChannel = 'tiebreak:command';
