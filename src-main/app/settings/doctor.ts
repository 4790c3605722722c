import { createRequire } from 'node:module';
import { troubleInWords } from '../../common/trouble-words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { ProbedDevice } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { AppInfo } from '../../contract/views.ts';
import { appVersion, startCommand } from '../../root.ts';
import { countEmbeddings } from '../../store/embeddings.ts';
import { sqliteVersion } from '../../store/open.ts';
import { workInThread } from '../../worker/start.ts';
import { encoderNamed, namesOfEncoders } from '../kernel/encoders.ts';
import type { House } from '../kernel/house.ts';

export type Installation = {
  readonly versions: Readonly<Record<'tiebreak' | 'node' | 'onnxruntime' | 'better-sqlite3' | 'sqlite', string>>;
  readonly platform: string;
  readonly home: string;
  /** The folder of the open app's logs. */
  readonly logs: string;
  readonly database: string;
  /** What a look at the database finds (store/health.ts): an empty list where all is well. */
  readonly problems: readonly string[];
  readonly devices: readonly ProbedDevice[];
  readonly encoders: readonly ExaminedEncoder[];
};

/** An encoder of texts, once it was read and tried. */
type ExaminedEncoder = {
  /** What people call it. */
  readonly encoder: string;
  /** Numbers of its vectors; null where it can't be used. */
  readonly width: number | null;
  /** Why it can't be used. */
  readonly problem: string | null;
  /** Vectors that it has in the store. */
  readonly vectors: number;
};

const platform = `${process.platform} ${process.arch}`;
// Not called require: the build puts one of its own into the same module.
const requireHere = createRequire(import.meta.url);

/** What is installed, where the data lies, whether it is sound, and which devices can be used. */
export async function examine(house: House, hooks: CallHooks): Promise<Installation> {
  const problems = await workInThread({ job: 'health', path: house.store.path, thorough: true }, 'statistics', hooks);
  const encoders = await examineEncoders(house, hooks);
  const { devices } = await house.scorer.request({ type: 'probe' }, { signal: hooks.signal, onLog: hooks.onLog });
  return {
    versions: versionsOf(house),
    platform,
    home: house.home,
    logs: house.log.folder,
    database: house.store.copyOf ?? house.store.path,
    problems,
    devices,
    encoders,
  };
}

/** Lets every encoder read a text, by which its files are held against their sums. */
async function examineEncoders(house: House, { signal, onLog }: CallHooks): Promise<readonly ExaminedEncoder[]> {
  const counts = readable(() => countEmbeddings(house.store), new Map());
  const examined: ExaminedEncoder[] = [];
  for (const encoder of readable(() => namesOfEncoders(house), [])) {
    let vectors = 0;
    try {
      const place = encoderNamed(house, encoder);
      vectors = counts.get(place.name) ?? 0;
      const request = { type: 'embed', encoder: place, device: 'cpu', texts: ['A comment.'] } as const;
      const { width } = await house.scorer.request(request, { signal, onLog });
      examined.push({ encoder, width, problem: null, vectors });
    } catch (error) {
      const known = error instanceof TiebreakError;
      const problem = known ? error.message : troubleInWords(error);
      if (problem === null || (known && error.code === 'cancelled')) throw error;
      examined.push({ encoder, width: null, problem, vectors });
    }
  }
  return examined;
}

/** What can be read of a damaged database; that it is damaged is a finding of its own. */
function readable<T>(read: () => T, instead: T): T {
  try {
    return read();
  } catch (error) {
    if (troubleInWords(error) === null) throw error;
    return instead;
  }
}

/** What stands in the window's 'about'. */
export function appInfo(house: House): Omit<AppInfo, 'door'> {
  const { home, startedAt } = house;
  const versions = versionsOf(house);
  return { version: appVersion(), home, logs: house.log.folder, platform, startCommand, versions, startedAt };
}

function versionsOf({ store }: House): Installation['versions'] {
  return {
    tiebreak: appVersion(),
    node: process.versions.node,
    onnxruntime: versionOf('onnxruntime-node'),
    'better-sqlite3': versionOf('better-sqlite3'),
    sqlite: sqliteVersion(store),
  };
}

function versionOf(name: string): string {
  try {
    return (requireHere(`${name}/package.json`) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}
