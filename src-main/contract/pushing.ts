/** Sending a model to the Hugging Face hub: said, shown and agreed to before anything leaves the machine. */
import { z } from 'zod';
import { name } from './calls.ts';

/** What the card says where nobody said it. It is one of the hub's own words for licences. */
export const unknownLicense = 'unknown';

export const pushCall = z.object({
  /** OWNER/NAME on the hub. */
  repository: z.string().trim().min(1).max(200),
  /** Without it the reward model in use. */
  model: name.optional(),
  /** Whether everybody may see it. */
  public: z.boolean().default(false),
  /** Under which licence, by the hub's word for it: 'apache-2.0'. */
  license: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,59}$/, {
      error: "must be named as the hub names it, such as 'apache-2.0' or 'cc-by-4.0'",
    })
    .default(unknownLicense),
});
export type PushCall = z.input<typeof pushCall>;

/** What would be sent, and where to. */
export type PushPlan = {
  readonly model: string;
  /** OWNER/NAME. */
  readonly repository: string;
  readonly host: string;
  readonly public: boolean;
  readonly license: string;
  /** Where the token is that is shown to the hub: the name of a variable, or the path of a file. */
  readonly tokenFrom: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly bytes: number;
  /** The text of README.md, the page that the hub shows. */
  readonly card: string;
};

export type PushReport = Omit<PushPlan, 'card' | 'tokenFrom'> & {
  /** The page of the repository. */
  readonly address: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** Bytes that went over the wire: the hub may have had some. */
  readonly sent: number;
  readonly seconds: number;
};
