import { contextBridge, ipcRenderer } from 'electron';
import { type Bridge, type Command, commandChannel, portMessage } from '../../contract/bridge.ts';

/** Runs in the window's sandbox beside the page, and hands over two things: a port for calls, and the menu's commands. */
window.addEventListener('message', (event) => {
  const [port] = event.ports;
  if (event.source !== window || event.origin !== location.origin || event.data !== portMessage || !port) return;
  ipcRenderer.postMessage(portMessage, null, [port]);
});

const bridge: Bridge = {
  platform: process.platform,
  onCommand: (listener) => {
    ipcRenderer.on(commandChannel, (_, command: Command) => listener(command));
  },
};
contextBridge.exposeInMainWorld('tiebreak', bridge);
