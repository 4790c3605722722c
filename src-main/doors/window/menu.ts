import type { Command } from '../../contract/bridge.ts';

/** One entry, in the words of Electron's menu template, of which this is a part. */
export type Entry = {
  readonly label?: string;
  readonly role?: Role;
  readonly type?: 'separator';
  readonly accelerator?: string;
  readonly click?: () => void;
  readonly submenu?: Entry[];
};
type Role =
  | 'about'
  | 'close'
  | 'copy'
  | 'cut'
  | 'delete'
  | 'editMenu'
  | 'hide'
  | 'hideOthers'
  | 'paste'
  | 'quit'
  | 'redo'
  | 'reload'
  | 'resetZoom'
  | 'selectAll'
  | 'services'
  | 'toggleDevTools'
  | 'togglefullscreen'
  | 'undo'
  | 'unhide'
  | 'windowMenu'
  | 'zoomIn'
  | 'zoomOut';

const line: Entry = { type: 'separator' };

/**
 * The native menu.
 * @param ask passes a command on to the page
 * @param developing adds what only those need who work on the program
 */
export function menuOf(platform: string, developing: boolean, ask: (command: Command) => void): Entry[] {
  const mac = platform === 'darwin';
  const entry = (label: string, command: Command, accelerator?: string): Entry => ({
    label,
    click: () => ask(command),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const settings = entry('Settings…', 'settings', 'CmdOrCtrl+,');
  const hiding: Entry[] = [
    { role: 'services' },
    line,
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    line,
  ];
  const program: Entry[] = mac
    ? [{ label: 'Tiebreak', submenu: [{ role: 'about' }, line, settings, line, ...hiding, { role: 'quit' }] }]
    : [];
  const ending: Entry[] = mac ? [{ role: 'close' }] : [settings, line, { role: 'quit' }];
  const tools: Entry[] = developing ? [{ role: 'reload' }, { role: 'toggleDevTools' }, line] : [];
  return [
    ...program,
    {
      label: 'File',
      submenu: [
        entry('Projects…', 'projects', 'CmdOrCtrl+Shift+O'),
        line,
        entry('Import…', 'import', 'CmdOrCtrl+O'),
        entry('Export…', 'export', 'CmdOrCtrl+E'),
        entry('Score Comments…', 'score'),
        line,
        entry('Back Up Now…', 'backup'),
        line,
        ...ending,
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...tools,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        line,
        { role: 'togglefullscreen' },
      ],
    },
    {
      label: 'Go',
      submenu: [
        entry('Compare', 'compare', 'CmdOrCtrl+1'),
        entry('Train', 'train', 'CmdOrCtrl+2'),
        entry('Rankings', 'rankings', 'CmdOrCtrl+3'),
        entry('Data', 'data', 'CmdOrCtrl+4'),
        entry('Models', 'models', 'CmdOrCtrl+5'),
        entry('People', 'people', 'CmdOrCtrl+6'),
        entry('Settings', 'settings', 'CmdOrCtrl+7'),
      ],
    },
    ...(mac ? [{ role: 'windowMenu' } as Entry] : []),
    { label: 'Help', submenu: [entry('Keyboard Shortcuts', 'shortcuts'), entry('Help and About', 'settings')] },
  ];
}
