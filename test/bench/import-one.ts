import { closeStore, openStore } from '../../src-main/store/open.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { peakMemory } from '../support/peak-memory.ts';

/** Brings one file into a store, in a process of its own: prints what it took, the start of the process left out. */
const [file, path] = process.argv.slice(2) as [string, string];
const store = openStore(path);
const before = process.cpuUsage();
const { comments } = await importFile(store, file);
const { user, system } = process.cpuUsage(before);
closeStore(store);
const peakMB = Math.round(peakMemory() / 2 ** 20);
console.log(JSON.stringify({ comments, cpuSeconds: (user + system) / 1e6, peakMB }));
