/** What is fetched from elsewhere for an import: said, shown and agreed to before anything is asked. */
import { z } from 'zod';
import { importInput } from './calls.ts';
import type { HubFile } from './views.ts';

/** What is to be fetched: the page of a thread, or 'hf:OWNER/NAME' or 'hf:OWNER/NAME/CONFIG' for a data set on the hub. */
export const fetchInput = z.object({
  address: z.string().trim().min(1).max(2000),
  /** Of a data set: the first rows only. */
  rows: z.int().min(1).max(100_000_000).optional(),
  /** Of a data set: which of its splits; 'train' without it, or the only one. */
  from: z.string().min(1).max(100).optional(),
  /** Of a data set: the commit that was planned for, so that nothing else comes than was shown. */
  revision: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
});
export type FetchInput = z.output<typeof fetchInput>;

/** The same with how it is read. */
export const fetchCall = importInput(z.string()).omit({ files: true }).extend(fetchInput.shape);
export type FetchCall = z.input<typeof fetchCall>;

/** One address that is asked, or one that stands for many. */
export type Asked = {
  readonly address: string;
  /** What is hoped for there, and when it is asked: 'the topic with its first posts'. */
  readonly of: string;
};

/** What fetching a thread will ask. Nothing was asked yet. */
export type ThreadPlan = {
  readonly kind: 'thread';
  /** The page of the thread, as it is kept. */
  readonly address: string;
  /** Whose shape the answer has: 'Reddit'. */
  readonly site: string;
  /** The only host that is asked. */
  readonly host: string;
  readonly asks: readonly Asked[];
  readonly userAgent: string;
  readonly mostRequests: number;
};

/** What fetching a data set will ask. Its list of files was asked for, and with `rows` where in them the rows stand. */
export type DataSetPlan = {
  readonly kind: 'data-set';
  /** 'hf:OWNER/NAME/CONFIG'. */
  readonly address: string;
  readonly dataSet: string;
  readonly config: string;
  readonly split: string;
  readonly host: string;
  /** The commit, 40 hexadecimal digits. */
  readonly revision: string;
  readonly files: readonly HubFile[];
  /** Whether the hub keeps a part of a larger data set in this form. */
  readonly partial: boolean;
  /** Bytes that will be fetched. */
  readonly bytes: number;
  /** Rows that will be read; null for all. */
  readonly rows: number | null;
  readonly userAgent: string;
};

export type FetchPlan = ThreadPlan | DataSetPlan;
