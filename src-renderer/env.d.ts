/// <reference types="vite/client" />

interface Window {
  /** Only in the window, from the preload script. */
  readonly tiebreak?: import('../src-main/contract/bridge.ts').Bridge;
}
