/**
 * In an installed window, the app is one archive (app.asar), which Electron lets programs read like a folder; files that are read piece by piece
 * lie beside it as themselves. Elsewhere the place stays as it is.
 */
export function unpacked(path: string): string {
  return path.replace(/([\\/]app\.asar)(?=[\\/])/, '$1.unpacked');
}
