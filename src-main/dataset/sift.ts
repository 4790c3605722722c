import { append } from '../common/lists.ts';
import { outcomeOf } from '../common/outcomes.ts';
import type { DateOrder, Noun, ReplyChoice, ScoreMeaning } from '../contract/reading.ts';
import { type Preference, waysOfChoosing } from '../contract/records.ts';
import { contentKey } from './content-key.ts';
import { numbersDateOf, orderIn } from './dates.ts';
import {
  type AnswerFact,
  type Fact,
  hasFigure,
  type Left,
  type Noted,
  type PostHead,
  type RawComment,
  type RawFact,
  type RawPost,
  type ReadComment,
} from './facts.ts';
import { isPlaceholder } from './gone.ts';
import { decoded, looksLikeHtml, plainText } from './html.ts';
import { reasons } from './reasons.ts';
import { figureOf, isGiven, isYes, keyOf, personOf, placeOf, rewardOf, splitOfWord, textOf, timeOf } from './values.ts';

export type SiftOptions = {
  /** What 'score' means; null where no comment has one. */
  readonly score: ScoreMeaning | null;
  /** Which number of dates such as 05/06/2024 is the day; null where that isn't known. */
  readonly dates: DateOrder | null;
  /** What separates decimals in texts that are numbers. */
  readonly decimal: '.' | ',';
  /** Turns tags and entities into plain text everywhere; without it only where the shape says that a text is HTML. */
  readonly html: boolean;
  readonly replies: ReplyChoice;
};

/** Makes facts of raw facts. What can't be kept comes out as a fact too, with the reason. */
export type Sift = {
  /** @param record what the file has there: of a row without a post, only that says what it is */
  readonly take: (raw: RawFact, line: number, record: unknown) => readonly Fact[];
  /** What was read so far, of each noun but rows. */
  readonly read: Record<Noun, number>;
};

const textShown = 200;

/** A value as the file has it, cut short: for reports. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : (JSON.stringify(value) ?? String(value));
  return text.length > textShown ? `${text.slice(0, textShown).toWellFormed()}…` : text;
}

/** A row of a table as people see it, by its cells that are not empty; undefined for what holds more than cells. */
function inRow(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const cells = Object.values(record).filter((cell) => cell !== '' && cell !== null);
  return cells.every((cell) => typeof cell === 'string') ? cells.join(' | ') : undefined;
}

/** A sift for one file. It keeps counts and nothing else of what went through. */
export function createSift({ score, dates, decimal, html, replies }: SiftOptions): Sift {
  const read: Record<Noun, number> = { row: 0, comment: 0, reply: 0, vote: 0, answer: 0, context: 0, reward: 0 };
  let facts: Fact[] = [];
  let line = 0;
  let record: unknown;
  let htmlSeen = false;

  function leave(of: Noun, why: keyof typeof reasons, value: unknown, count = 1): void {
    facts.push({ kind: 'left', line, of, why, reason: reasons[why], text: shown(value), count });
  }

  function note(of: Noun, why: keyof typeof reasons, value: unknown): void {
    facts.push({ kind: 'noted', line, of, why, reason: reasons[why], text: shown(value) });
  }

  /** The text of a value; null where there is none. */
  function text(value: unknown, isHtml: boolean | undefined, of: Noun): string | null {
    const found = textOf(value);
    if (found === undefined) note(of, 'no-text', value);
    if (!found) return null;
    if (found.mended) note(of, found.mended, found.text);
    if (html || isHtml) {
      const plain = plainText(found.text);
      return plain.trim() === '' ? null : plain;
    }
    if (!htmlSeen && looksLikeHtml(found.text)) htmlSeen = true;
    return found.text;
  }

  /** A person's name without what no file can hold. */
  function mended(value: unknown): unknown {
    if (typeof value !== 'string' || (!value.includes('\0') && value.isWellFormed())) return value;
    const found = textOf(value);
    if (found?.mended) note('answer', found.mended, found.text);
    return found?.text ?? null;
  }

  function time(value: unknown, of: Noun): string | null {
    const found = timeOf(value, dates);
    if (found === undefined) {
      const date = typeof value === 'string' ? numbersDateOf(value.trim()) : null;
      const isNone = date === null || orderIn(date) === null;
      note(of, isNone ? 'odd-time' : dates === null ? 'date-unsaid' : 'date-against', value);
    }
    return found ?? null;
  }

  function name(value: unknown): string | null {
    const found = personOf(value);
    return found === null || isPlaceholder(found) ? null : found;
  }

  function titleOf({ title, htmlTitle }: RawPost): string | null {
    if (!htmlTitle || typeof title !== 'string') return text(title, false, 'row');
    // What looks like a tag in it now is meant as it stands.
    const found = textOf(decoded(title));
    if (found?.mended) note('row', found.mended, found.text);
    return found?.text ?? null;
  }

  function headOf(raw: RawPost): PostHead | null {
    const title = titleOf(raw);
    const context = text(raw.context, raw.html, 'row');
    const own = text(raw.text, raw.html, 'row');
    // A post that is a link has its title alone; one that was deleted still had it.
    const body = (own !== null && isPlaceholder(own) ? null : own) ?? title ?? '';
    const id = keyOf(raw.id);
    if (body === '' && id === null) return null;
    const group = keyOf(raw.group);
    const thread = keyOf(raw.thread);
    const key = id ?? contentKey(title, body, context, group, ...(thread === null ? [] : [thread]));
    let split = splitOfWord(raw.split);
    if (split === undefined) {
      note('row', 'odd-split', raw.split);
      split = 'test';
    }
    return {
      key,
      keyGiven: id !== null,
      title,
      text: body,
      context,
      group: group ?? key,
      split,
      author: name(raw.author),
      date: time(raw.date, 'row'),
      link: linkOf(raw.link),
      accepted: raw.accepted === undefined ? null : keyOf(raw.accepted),
    };
  }

  /** The comment; null where it has to stay out, with all that hangs on it. */
  function commentOf(raw: RawComment, noun: 'comment' | 'reply'): ReadComment | null {
    read[noun] += 1;
    const voted = isGiven(raw.votes) || isGiven(raw.place) || isGiven(raw.score);
    if (voted) read.vote += 1;
    const why = reasonAgainst(raw);
    const body = why === null ? text(raw.text, raw.html, noun) : null;
    if (why !== null || body === null) {
      leave(noun, why ?? 'empty', isGiven(raw.text) ? raw.text : (raw.id ?? inRow(record)));
      if (voted) leave('vote', 'with-comment', '');
      leaveReplies(raw.replies, 'reply-of-none');
      return null;
    }
    if (raw.byHand !== undefined) note(noun, raw.byHand, body);
    const { votes, place } = voted ? figuresOf(raw) : { votes: null, place: null };
    return {
      text: body,
      votes,
      place,
      key: keyOf(raw.id),
      author: raw.author === undefined ? null : name(raw.author),
      date: raw.date === undefined ? null : time(raw.date, noun),
      link: raw.link === undefined ? null : linkOf(raw.link),
      replies: raw.replies === undefined ? none : repliesOf(raw.replies),
    };
  }

  function reasonAgainst(raw: RawComment): 'deleted' | 'empty' | 'not-text' | null {
    if (isYes(raw.deleted)) return 'deleted';
    if (!isGiven(raw.text)) return 'empty';
    if (typeof raw.text === 'string') return isPlaceholder(raw.text) ? 'deleted' : null;
    return typeof raw.text === 'number' || typeof raw.text === 'boolean' ? null : 'not-text';
  }

  function figuresOf(raw: RawComment): { votes: number | null; place: number | null } {
    const votes = figureOf(raw.votes ?? (score === 'votes' ? raw.score : undefined), decimal);
    const place = placeOf(raw.place ?? (score === 'places' ? raw.score : undefined), decimal);
    const isPlace = place === null || (place !== undefined && Number.isSafeInteger(place) && place >= 0);
    const against = votes === null || votes === undefined ? null : figureOf(raw.downvotes, decimal);
    // Sites write those against as a negative number as well.
    const found = { votes: against ? votes! - Math.abs(against) : (votes ?? null), place: isPlace ? place : null };
    if (against === undefined && isGiven(raw.downvotes)) note('vote', 'odd-votes', raw.downvotes);
    const isNothing = found.votes === null && found.place === null;
    const say = isNothing ? leave : note;
    if (isNothing && score === null && isGiven(raw.score) && !isGiven(raw.votes) && !isGiven(raw.place)) {
      leave('vote', 'score-unsaid', raw.score);
      return found;
    }
    if (!isPlace) say('vote', isNothing ? 'no-place' : 'odd-place', raw.place ?? raw.score);
    else if (votes === undefined || isNothing)
      say('vote', isNothing ? 'no-figure' : 'odd-votes', raw.votes ?? raw.place ?? raw.score);
    return found;
  }

  function repliesOf(given: readonly RawComment[]): readonly ReadComment[] {
    if (given.length === 0) return none;
    if (replies === 'leave') {
      leaveReplies(given, 'reply-left');
      return none;
    }
    return given.map((reply) => commentOf(reply, 'reply')).filter((reply) => reply !== null);
  }

  /** Counts replies that stay out, and those to them. */
  function leaveReplies(given: readonly RawComment[] | undefined, why: 'reply-left' | 'reply-of-none'): void {
    const waiting = [...(given ?? [])];
    for (let reply = waiting.pop(); reply !== undefined; reply = waiting.pop()) {
      read.reply += 1;
      leave('reply', why, isGiven(reply.text) ? reply.text : reply.id);
      if (isGiven(reply.votes) || isGiven(reply.place) || isGiven(reply.score)) {
        read.vote += 1;
        leave('vote', 'with-reply', '');
      }
      if (reply.replies) append(waiting, reply.replies);
    }
  }

  function takePost(raw: RawFact & { kind: 'post' }): void {
    const post = headOf(raw.post);
    const comments: ReadComment[] = [];
    for (const one of raw.comments) {
      const comment = commentOf(one, 'comment');
      if (comment) comments.push(comment);
    }
    if (post) {
      facts.push({ kind: 'post', line, post, comments, list: raw.list });
      return;
    }
    leave('row', 'no-post', record);
    leaveComments(comments);
  }

  /** Comments, and their votes, whose post or answer stays out. */
  function leaveComments(comments: readonly ReadComment[]): void {
    if (comments.length > 0) leave('comment', 'with-post', comments[0]!.text, comments.length);
    const votes = comments.filter(hasFigure).length;
    if (votes > 0) leave('vote', 'with-comment', '', votes);
  }

  function takeComment(raw: RawFact & { kind: 'comment' }): void {
    const [post, parent, key] = [keyOf(raw.post), keyOf(raw.parent), keyOf(raw.comment.id)];
    const group = keyOf(raw.group);
    // Replies within it come one by one as well, where they come at all and can name what they answer.
    const within = replies === 'under' && key !== null ? (raw.comment.replies ?? []) : [];
    const comment = commentOf(within.length > 0 ? { ...raw.comment, replies: [] } : raw.comment, 'comment');
    if (!comment) {
      leaveReplies(within, 'reply-of-none');
      // Its key is told without a text: what answers it answers no post.
      if (key !== null && (post !== null || parent !== null))
        facts.push({ kind: 'comment', line, post, parent, group, comment: { ...gone, key } });
      return;
    }
    if (post === null && parent === null) {
      leave('row', 'no-post', record);
      leaveComments([comment]);
      leaveReplies(within, 'reply-of-none');
      return;
    }
    facts.push({ kind: 'comment', line, post, parent, group, comment });
    for (const reply of within) takeComment({ kind: 'comment', post, parent: key, comment: reply, group });
  }

  function takeAnswer(raw: RawFact & { kind: 'answer' }): void {
    read.answer += 1;
    const post = headOf(raw.post);
    const [left, right] = [commentOf(raw.left, 'comment'), commentOf(raw.right, 'comment')];
    const choice = choices.has(raw.choice as string) ? (raw.choice as Preference) : null;
    const why = !post
      ? 'no-post'
      : !(left && right)
        ? 'no-side'
        : left.text === right.text
          ? 'same-sides'
          : choice === null
            ? 'no-choice'
            : null;
    if (why === null) {
      facts.push(answerOf(raw, post!, left!, right!, choice!));
      return;
    }
    leave('answer', why, left?.text ?? right?.text ?? post?.text ?? '');
    leaveComments([left, right].filter((side) => side !== null));
  }

  function answerOf(
    raw: RawFact & { kind: 'answer' },
    post: PostHead,
    left: ReadComment,
    right: ReadComment,
    choice: Preference,
  ): AnswerFact {
    const id = keyOf(raw.id);
    // A label with its own id goes on being this person's, whatever they are called: 'deleted' is a name there, and not the lack of one.
    const person = mended(raw.annotator);
    const own = raw.ours && id !== null && typeof person === 'string' && person !== '';
    const annotator = own ? person : (name(person) ?? 'import');
    const seconds = figureOf(raw.seconds, decimal);
    const createdAt = time(raw.date, 'answer') ?? undefined;
    const margin = figureOf(raw.margin, decimal) ?? null;
    const chance = figureOf(raw.chance, decimal) ?? 0;
    const chosenBy = waysOfChoosing.find((way) => way === raw.chosenBy) ?? null;
    const isChance = chance > 0 && chance <= 1;
    if (isGiven(raw.chosenBy) && chosenBy === null) note('answer', 'odd-choosing', raw.chosenBy);
    if (isGiven(raw.chance) && !isChance) note('answer', 'odd-choosing', raw.chance);
    const models = raw.models?.map(keyOf) ?? [];
    const origin = raw.origin === 'compare' || raw.origin === 'terminal' ? raw.origin : 'import';
    const [better, worse] = choice === 'right' ? [right, left] : [left, right];
    const more = [
      ...(annotator === 'import' ? [] : [annotator]),
      ...(choice === 'left' || choice === 'right' ? [] : [choice]),
      ...(annotator === 'import' || createdAt === undefined ? [] : [createdAt]),
    ];
    const durationMs = typeof seconds === 'number' && seconds >= 0 ? Math.round(seconds * 1000) : null;
    if (isGiven(raw.seconds) && durationMs === null) note('answer', 'odd-duration', raw.seconds);
    const revokedAt = time(raw.revoked, 'answer');
    const [said, again, verdict] = [textOf(raw.note)?.text ?? '', isYes(raw.again), isYes(raw.verdict)];
    // As it always was, so that a file from before brings nothing twice: what came later takes part only where it says something.
    const ofLabel = (): string => {
      const { outcome, bothBad } = outcomeOf(choice);
      const first = [left.text, right.text, outcome, annotator, origin];
      const later = [
        ...(bothBad ? ['bad'] : []),
        ...(said ? [said] : []),
        ...(again ? ['again'] : []),
        ...(isYes(raw.much) ? ['much'] : []),
        ...(verdict ? ['verdict'] : []),
      ];
      const when = createdAt === undefined ? [] : [createdAt];
      return contentKey('label', post.key, ...first, ...when, durationMs, revokedAt, ...later);
    };
    return {
      kind: 'answer',
      line,
      post,
      postIsHere: raw.ours === true && post.text === '',
      left,
      right,
      choice,
      annotator,
      origin,
      createdAt,
      durationMs,
      revokedAt,
      note: said,
      again,
      models: models.some((model) => model !== null) ? [models[0] ?? null, models[1] ?? null] : null,
      margin,
      chosenBy,
      chance: isChance ? chance : null,
      much: isYes(raw.much),
      question: keyOf(raw.question),
      verdict,
      // The ids of others name their rows, and those of ours an answer wherever it goes.
      key: raw.ours
        ? (id ?? ofLabel())
        : contentKey('pair', id ?? keyOf(raw.pair), post.key, better.text, worse.text, ...more),
      keyGiven: id !== null,
    };
  }

  function takeContext(raw: RawFact & { kind: 'context' }): void {
    read.context += 1;
    const context = text(raw.context, false, 'context');
    const id = keyOf(raw.post.id);
    const body = text(raw.post.text, false, 'context');
    const title = text(raw.post.title, false, 'context');
    const post = id !== null ? { id } : body !== null ? { text: body, title } : null;
    if (context !== null && post) facts.push({ kind: 'context', line, post, context });
    else leave('context', context === null ? 'empty-context' : 'no-post', raw.context ?? raw.post.id);
  }

  function takeReward(raw: RawFact & { kind: 'reward' }): void {
    read.reward += 1;
    const post = keyOf(raw.post);
    const reward = rewardOf(raw.reward, decimal);
    const comment = commentNamed(raw);
    if (post === null) leave('reward', 'no-post-id', record);
    else if (comment === null) leave('reward', 'no-comment', isGiven(raw.commentKey) ? raw.commentKey : post);
    else if (reward === null) leave('reward', 'no-reward', isGiven(raw.reward) ? raw.reward : record);
    else facts.push({ kind: 'reward', line, post, comment, inputKey: keyOf(raw.inputKey), reward });
  }

  /** Which comment of its post a reward is of: by its key, where there is one. */
  function commentNamed({
    commentKey,
    comment,
  }: RawFact & { kind: 'reward' }): { key: string } | { text: string } | null {
    if (isGiven(commentKey)) {
      const key = keyOf(commentKey)?.toLowerCase() ?? '';
      return sha256.test(key) ? { key: key.slice(0, 32) } : null;
    }
    const own = text(comment, false, 'reward');
    return own === null ? null : { text: own };
  }

  function take(raw: RawFact, at: number, value: unknown): readonly Fact[] {
    facts = [];
    line = at;
    record = value;
    htmlSeen = false;
    if (raw.kind === 'post') takePost(raw);
    else if (raw.kind === 'comment') takeComment(raw);
    else if (raw.kind === 'answer') takeAnswer(raw);
    else if (raw.kind === 'context') takeContext(raw);
    else if (raw.kind === 'reward') takeReward(raw);
    else takeLeft(raw);
    if (htmlSeen) note('row', 'html-seen', firstText(raw));
    return facts;
  }

  function takeLeft(raw: Left | Noted): void {
    // A row is counted where it was read; what is in it, here.
    if (raw.kind === 'left' && raw.of !== 'row') read[raw.of] += raw.count ?? 1;
    facts.push({ ...raw, line });
  }

  return { take, read };
}

/** The whole of it, or the half by which comments are known here. */
const sha256 = /^(?:[0-9a-f]{32}){1,2}$/;
const none: readonly ReadComment[] = [];
const gone = { text: '', votes: null, place: null, author: null, date: null, link: null, replies: none } as const;
const choices: ReadonlySet<string> = new Set<Preference>(['left', 'right', 'tie', 'bad']);

function linkOf(value: unknown): string | null {
  return typeof value === 'string' && /^https?:\/\/\S+$/i.test(value.trim()) ? value.trim() : null;
}

function firstText(raw: RawFact): unknown {
  if (raw.kind === 'post') return [raw.post.text, ...raw.comments.map(({ text }) => text)].find(isMarked);
  if (raw.kind === 'comment') return raw.comment.text;
  if (raw.kind === 'answer') return [raw.left.text, raw.right.text, raw.post.text].find(isMarked);
  return '';
}

function isMarked(value: unknown): boolean {
  return typeof value === 'string' && looksLikeHtml(value);
}
