import { createORPCClient, DynamicLink, ORPCError } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { ref } from 'vue';
import { noData, sortOut } from '../src-main/common/data-files.ts';
import { fileKinds } from '../src-main/common/file-kinds.ts';
import { flatName, isPooling, modelNames } from '../src-main/common/model-files.ts';
import type { api } from '../src-main/contract/api.ts';
import { projectChanged } from '../src-main/contract/bridge.ts';
import {
  choosesFolder,
  choosesOne,
  type FileOffer,
  type FilePurpose,
  type TakenFile,
} from '../src-main/contract/files.ts';
import { authorization, enter, isBack, secret } from './session.ts';

/** The only file that knows through which door the application is reached. */
export type Client = ContractRouterClient<typeof api>;

/** Whether this page is the window's, and not a browser's. */
export const inWindow = location.protocol === 'tiebreak:';

/** False once the application is gone: nothing can be asked any more until the page is loaded again. */
export const connected = ref(true);

/** Set from the moment on in which the application shows another project: this page knows nothing of that one, and is loaded anew. */
export const projectChanging = ref(false);

/** Whether this page may ask anything. A browser has to be let in first. */
export const letIn: Promise<boolean> = inWindow ? Promise.resolve(true) : enter();

export const client: Client = createORPCClient(inWindow ? portLink() : socketWhenLetIn());

function portLink(): PortLink<Record<never, never>> {
  const { port1, port2 } = new MessageChannel();
  // The preload script passes the port on to the main process.
  window.postMessage('tiebreak:port', location.origin, [port2]);
  port1.start();
  return new PortLink({ port: port1 });
}

function socketWhenLetIn(): DynamicLink<Record<never, never>> {
  // A page that is not let in asks nothing.
  const link = letIn.then((is) => (is ? socketLink() : new Promise<never>(() => {})));
  return new DynamicLink(() => link);
}

function socketLink(): SocketLink<Record<never, never>> {
  // The only header that a page can set here.
  const socket = new WebSocket(`ws://${location.host}/rpc`, ['tiebreak', secret()]);
  socket.addEventListener('close', ({ code }) => {
    projectChanging.value = code === projectChanged;
    connected.value = false;
    void (projectChanging.value ? loadAnew() : waitForReturn());
  });
  return new SocketLink({ websocket: socket });
}

/** Without the address, whose numbers mean other things in another project. */
async function loadAnew(): Promise<void> {
  while (!(await isBack())) await new Promise((resolve) => setTimeout(resolve, 200));
  history.replaceState(null, '', '/');
  location.reload();
}

/** The page is loaded again as soon as the application answers. */
async function waitForReturn(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (await isBack()) return location.reload();
  }
}

/** The sentence of an error, for people. */
export function messageOf(error: unknown): string {
  if (projectChanging.value) return 'Another project was just opened, so this was not done.';
  if (!connected.value) return "Tiebreak has ended or can't be reached, so this was not done. Start it again.";
  return error instanceof Error ? error.message : String(error);
}

/** The code of an error the application gave, such as 'nothing-to-do'; null for any other. */
export function codeOf(error: unknown): string | null {
  return error instanceof ORPCError ? String(error.code) : null;
}

/** Hands a file over, as it is dropped or chosen in the page. @throws Error with a sentence where it doesn't arrive whole */
export async function sendFile(file: File, signal?: AbortSignal): Promise<TakenFile> {
  const answer = await fetch(`/files?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    body: file,
    headers: { 'content-type': 'application/octet-stream', ...(inWindow ? {} : authorization()) },
    signal: signal ?? null,
  }).catch((error: unknown) => {
    throw new Error(`${file.name} could not be read or handed over (${messageOf(error)}). Nothing was changed.`);
  });
  if (!answer.ok) throw new Error(`${file.name} was not taken: ${await answer.text()}`);
  return (await answer.json()) as TakenFile;
}

/** What is said of files on their way, and what ends it. */
export type Sending = {
  readonly onFile?: (name: string, number: number, of: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * Asks for files with the dialog of the window or of the browser; [] where the person closed it. Of a folder only the files come
 * that a model is made of.
 */
export async function chooseFiles(
  purpose: FilePurpose,
  { onFile, signal }: Sending = {},
): Promise<readonly TakenFile[]> {
  // A browser hands over files, and never says where they lie.
  if (inWindow || purpose === 'watched-folder') return client.files.choose({ purpose });
  const input = document.createElement('input');
  input.type = 'file';
  if (choosesFolder(purpose)) input.webkitdirectory = true;
  else {
    input.accept = fileKinds[purpose].extensions.map((extension) => `.${extension}`).join();
    input.multiple = !choosesOne(purpose);
  }
  const files = await new Promise<File[]>((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
  const taken: TakenFile[] = [];
  const wanted = purpose === 'model-folder' ? ofFolder(files) : purpose === 'comments-folder' ? dataOf(files) : files;
  for (const file of wanted) {
    onFile?.(file.name, taken.length + 1, wanted.length);
    const [folder] = file.webkitRelativePath.split('/');
    taken.push({ ...(await sendFile(file, signal)), ...(folder ? { folder } : {}) });
  }
  return taken;
}

/** Those of a folder itself that a model is made of. @throws Error where there are none */
function ofFolder(files: readonly File[]): readonly File[] {
  if (files.length === 0) return [];
  const inFolder = new Map(files.map((file) => [file.webkitRelativePath.split('/').slice(1).join('/'), file]));
  const names = modelNames([...inFolder.keys()].filter((name) => !name.includes('/') || isPooling(name)));
  if (names.length > 0) return names.map((name) => named(inFolder.get(name)!, flatName(name)));
  throw new Error(
    'This folder holds no model: it would have weights (model.safetensors or pytorch_model.bin) and a config.json.',
  );
}

/** The same file under another name, which is what is handed over. */
const named = (file: File, name: string): File =>
  file.name === name
    ? file
    : Object.defineProperty(new File([file], name), 'webkitRelativePath', { value: file.webkitRelativePath });

/** Those of a folder itself that hold data, by their names. @throws Error where there are none */
function dataOf(files: readonly File[]): readonly File[] {
  if (files.length === 0) return [];
  const direct = files.filter(({ webkitRelativePath }) => webkitRelativePath.split('/').length === 2);
  const taken = sortOut(direct.map(({ name }) => name)).taken.map((name) => direct.find((file) => file.name === name)!);
  if (taken.length > 0) return taken;
  throw new Error(noData(files[0]!.webkitRelativePath.split('/')[0]!));
}

/** Saves a file the application offers, with the dialog of the window or the download of the browser. */
export async function saveOffer(offer: FileOffer): Promise<boolean> {
  if (inWindow) return (await client.files.save({ handle: offer.handle })).saved;
  const path = `/files/${offer.handle}`;
  const ticket = await fetch(path, { method: 'POST', headers: authorization() }).catch((error: unknown) => {
    throw new Error(`${offer.name} could not be saved. ${messageOf(error)}`);
  });
  if (!ticket.ok) throw new Error(`${offer.name} could not be saved: ${await ticket.text()}`);
  const link = document.createElement('a');
  // The browser fetches it by itself and shows no secret.
  link.href = `${path}?ticket=${await ticket.text()}`;
  link.download = offer.name;
  link.click();
  return true;
}
