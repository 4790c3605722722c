import type { Noun } from '../contract/reading.ts';
import type { AnswerOrigin, ChosenBy, CurationKind, Preference, Split } from '../contract/records.ts';

/**
 * What a file says, in the same words whatever its shape. A shape gives *raw* facts: it says where each thing stands in a record and leaves the
 * values as they are there. sift.ts alone decides what is a text, a number, a time or an id, and so makes *facts* of them or the reason why not.
 */

/** A record of a file: a line of JSONL, an entry of a JSON list, a row of a table with its cells by their columns, an element of XML. */
export type FileRecord = { readonly line: number; readonly value: unknown };

/** A post as a record has it. Without an id its content names it. */
export type RawPost = {
  readonly id?: unknown;
  /** Tells posts of the same content apart, where there is no id: the day of a daily thread. */
  readonly thread?: unknown;
  readonly group?: unknown;
  readonly split?: unknown;
  readonly title?: unknown;
  /** May be missing where another record or file has it. */
  readonly text?: unknown;
  readonly context?: unknown;
  readonly author?: unknown;
  readonly date?: unknown;
  readonly link?: unknown;
  /** The id of the comment that whoever asked took for the answer. */
  readonly accepted?: unknown;
  /** The format says that its text and context are HTML. */
  readonly html?: boolean;
  /** The format writes characters of the title as entities. */
  readonly htmlTitle?: boolean;
};

/** A comment as a record has it. */
export type RawComment = {
  readonly text: unknown;
  readonly votes?: unknown;
  /** Votes against it, which take from the others. */
  readonly downvotes?: unknown;
  /** Its place in the order, 0 or 1 for the best. */
  readonly place?: unknown;
  /** Votes or a place: what it is, is decided for the whole file. */
  readonly score?: unknown;
  /** Known to be deleted, whatever its text says. */
  readonly deleted?: unknown;
  readonly id?: unknown;
  readonly author?: unknown;
  readonly date?: unknown;
  readonly link?: unknown;
  /** The format says that its text is HTML. */
  readonly html?: boolean;
  readonly replies?: readonly RawComment[];
  /** Of our own formats: where it was written, a person had pinned or excluded it. */
  readonly byHand?: CurationKind | undefined;
};

export type RawFact =
  | {
      readonly kind: 'post';
      readonly post: RawPost;
      readonly comments: readonly RawComment[];
      /**
       * Whether the record is a list of its own, whose places and votes compare with nothing else, or one part of a thread that other records
       * go on with: a table with a comment in each row.
       */
      readonly list: 'row' | 'thread';
    }
  /** A comment that names what it stands under: a post, or a comment, by the ids of the same site. The other may come later, or never. */
  | {
      readonly kind: 'comment';
      /** The post, where it is known. */
      readonly post?: unknown;
      /** What it answers: the post, or a comment. */
      readonly parent?: unknown;
      readonly comment: RawComment;
      /** Of the post that is made where there is none. */
      readonly group?: unknown;
    }
  | {
      readonly kind: 'answer';
      /** The answer's own id. */
      readonly id?: unknown;
      /** Of our own format of labels: the id names the answer wherever it goes. */
      readonly ours?: boolean;
      /** The id of the pair or the row, which several answers may share: it takes part in the answer's key, beside its content. */
      readonly pair?: unknown;
      readonly post: RawPost;
      readonly left: RawComment;
      readonly right: RawComment;
      /** 'left', 'right', 'tie' or 'bad'. */
      readonly choice: unknown;
      readonly annotator?: unknown;
      readonly origin?: unknown;
      readonly date?: unknown;
      readonly seconds?: unknown;
      readonly note?: unknown;
      readonly again?: unknown;
      readonly revoked?: unknown;
      /** Names of what wrote the two, left and right. */
      readonly models?: readonly unknown[];
      /** How much better the chosen one is, as the file counts it. */
      readonly margin?: unknown;
      /** Of our own format: how the pair came to be asked, with what chance, and the question that the answer follows from. */
      readonly chosenBy?: unknown;
      readonly chance?: unknown;
      readonly much?: unknown;
      readonly question?: unknown;
      /** Whether it settles the pair, in the place of the other answers on it. */
      readonly verdict?: unknown;
    }
  | { readonly kind: 'context'; readonly post: RawPost; readonly context: unknown }
  /** What a model gave elsewhere for a comment that is here: its post by the id, itself by its key or else its text. */
  | {
      readonly kind: 'reward';
      readonly post: unknown;
      readonly commentKey?: unknown;
      readonly comment?: unknown;
      /** Names what the model was given to read (inputKeyOf). */
      readonly inputKey?: unknown;
      readonly reward: unknown;
    }
  | Left
  | Noted;

/** Something that stays out. text: what the file has there. */
export type Left = {
  readonly kind: 'left';
  readonly of: Noun;
  /** Its kind, as in Reported: a short name that stays the same. */
  readonly why: string;
  /** In words that follow a colon: '3 answers: no choice given'. */
  readonly reason: string;
  readonly text: string;
  readonly count?: number;
};

/** What came in otherwise than it stands in the file, or is worth a word. */
export type Noted = Omit<Left, 'kind'> & { readonly kind: 'noted' };

export type PostHead = {
  /** The id that the file gave, or a hash of the content. */
  readonly key: string;
  readonly keyGiven: boolean;
  readonly title: string | null;
  /** '' where this file doesn't say it. */
  readonly text: string;
  readonly context: string | null;
  readonly group: string;
  /** null where the file names none. */
  readonly split: Split | null;
  readonly author: string | null;
  /** ISO 8601, UTC. */
  readonly date: string | null;
  readonly link: string | null;
  /** The id of the comment that whoever asked took for the answer. */
  readonly accepted: string | null;
};

export type ReadComment = {
  readonly text: string;
  /** 0 is the best. */
  readonly place: number | null;
  readonly votes: number | null;
  readonly key: string | null;
  readonly author: string | null;
  readonly date: string | null;
  readonly link: string | null;
  readonly replies: readonly ReadComment[];
};

/** Whether a comment has votes or a place. */
export const hasFigure = ({ votes, place }: Pick<ReadComment, 'votes' | 'place'>): boolean =>
  votes !== null || place !== null;

export type PostFact = {
  readonly kind: 'post';
  readonly line: number;
  readonly post: PostHead;
  readonly comments: readonly ReadComment[];
  readonly list: 'row' | 'thread';
};

export type CommentFact = {
  readonly kind: 'comment';
  readonly line: number;
  readonly post: string | null;
  readonly parent: string | null;
  readonly group: string | null;
  /** '' for the text of one that was left out: only its key counts. */
  readonly comment: ReadComment;
};

export type AnswerFact = {
  readonly kind: 'answer';
  readonly line: number;
  readonly post: PostHead;
  /** Of our own format without the post's text: the post must be here, with both comments. */
  readonly postIsHere: boolean;
  readonly left: ReadComment;
  readonly right: ReadComment;
  readonly choice: Preference;
  readonly annotator: string;
  readonly origin: AnswerOrigin;
  readonly createdAt: string | undefined;
  readonly durationMs: number | null;
  readonly revokedAt: string | null;
  readonly note: string;
  readonly again: boolean;
  readonly models: readonly [left: string | null, right: string | null] | null;
  readonly margin: number | null;
  readonly chosenBy: ChosenBy | null;
  readonly chance: number | null;
  readonly much: boolean;
  readonly question: string | null;
  readonly verdict: boolean;
  /** Names the answer: the file's own id, or its content. */
  readonly key: string;
  /** Whether the key is the file's own id. Else the same content may stand there several times, and is as many answers. */
  readonly keyGiven: boolean;
};

/** The context of the post that has this key, or else exactly this text, and this title where one is given. */
export type ContextFact = {
  readonly kind: 'context';
  readonly line: number;
  readonly post: { readonly id: string } | { readonly text: string; readonly title: string | null };
  readonly context: string;
};

/** The reward of a comment that is here. */
export type RewardFact = {
  readonly kind: 'reward';
  readonly line: number;
  readonly post: string;
  /** The first half of the SHA-256 of its text, 32 hexadecimal digits; or the text. */
  readonly comment: { readonly key: string } | { readonly text: string };
  /** null where the file doesn't say what was read. */
  readonly inputKey: string | null;
  readonly reward: number;
};

export type Fact =
  | PostFact
  | CommentFact
  | AnswerFact
  | ContextFact
  | RewardFact
  | ((Left | Noted) & { readonly line: number });

/** Characters of the texts that a fact brings: what takes long about it. */
export function charactersIn(fact: Fact): number {
  switch (fact.kind) {
    case 'post':
      return charactersOfHead(fact.post) + charactersOf(fact.comments);
    case 'comment':
      return charactersOf([fact.comment]);
    case 'answer':
      return charactersOfHead(fact.post) + charactersOf([fact.left, fact.right]);
    case 'context':
      return fact.context.length;
    default:
      return 0;
  }
}

function charactersOfHead({ title, text, context }: PostHead): number {
  return (title ?? '').length + text.length + (context ?? '').length;
}

function charactersOf(comments: readonly ReadComment[]): number {
  let sum = 0;
  for (const { text, replies } of comments) sum += text.length + (replies.length === 0 ? 0 : charactersOf(replies));
  return sum;
}
