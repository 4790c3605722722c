/**
 * Reads Python's pickle format as data. A pickle is a program for a small machine that can call anything by its name; here
 * nothing is ever called: a call of one of the few names that are given becomes a note of what would be called with what,
 * and everything else is refused.
 */

/** What a pickle describes. Lists and tuples are told apart, and a dictionary keeps its order. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | { readonly is: 'list'; readonly items: Pickled[] }
  | { readonly is: 'tuple'; readonly items: Pickled[] }
  | { readonly is: 'dictionary'; readonly entries: Map<string, Pickled> }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'call'; readonly name: string; readonly arguments: readonly Pickled[] }
  /** An object that lies outside of the pickle: where, by whatever the writer took for an address. */
  | { readonly is: 'outside'; readonly address: Pickled };

/** Why a pickle was refused, as the middle of a sentence. */
export class PickleRefused extends Error {
  /** Whether it is whole and asks for what is not given here; or else it is broken. */
  readonly foreign: boolean;

  constructor(message: string, foreign: boolean) {
    super(message);
    this.foreign = foreign;
  }
}

const orderedDictionary = 'collections.OrderedDict';
/** Values on the stack and in the memory together: a hundred times what the largest GPT-2 needs. */
const mostValues = 1_000_000;
const mark = Symbol('mark');
type Stacked = Pickled | typeof mark;

/**
 * @param allowed the names that may be called; dictionaries that keep their order are always allowed
 * @returns what is described, and where the pickle ends
 * @throws PickleRefused
 */
export function readPickle(bytes: Buffer, from: number, allowed: ReadonlySet<string>): { value: Pickled; end: number } {
  const stack: Stacked[] = [];
  const memory = new Map<number, Pickled>();
  let at = from;

  const take = (count: number): Buffer => {
    if (count > bytes.length - at) throw broken('it ends too early');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const byte = (): number => take(1)[0]!;
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw broken('it ends too early');
    const text = bytes.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  const push = (value: Stacked): void => {
    if (stack.length + memory.size >= mostValues) throw broken('it holds more values than any model');
    stack.push(value);
  };
  const pop = (): Pickled => {
    const value = stack.pop();
    if (value === undefined || value === mark) throw broken('it takes what it never put down');
    return value;
  };
  const top = (): Pickled => {
    const value = stack.at(-1);
    if (value === undefined || value === mark) throw broken('it takes what it never put down');
    return value;
  };
  const popToMark = (): Pickled[] => {
    const begin = stack.lastIndexOf(mark);
    if (begin < 0) throw broken('it takes what it never put down');
    const values = stack.splice(begin) as Pickled[];
    return values.slice(1);
  };
  const remember = (place: number): void => {
    if (stack.length + memory.size >= mostValues) throw broken('it holds more values than any model');
    memory.set(place, top());
  };
  const recall = (place: number): void => {
    const value = memory.get(place);
    if (value === undefined) throw broken('it looks up what it never noted');
    push(value);
  };
  const tuple = (items: Pickled[]): void => push({ is: 'tuple', items });
  const append = (values: readonly Pickled[]): void => {
    const list = top();
    if (list === null || typeof list !== 'object' || list.is !== 'list') throw broken('it appends to what is no list');
    for (const value of values) list.items.push(value);
  };
  const set = (values: readonly Pickled[]): void => {
    const target = top();
    if (target === null || typeof target !== 'object' || target.is !== 'dictionary' || values.length % 2 !== 0)
      throw broken('it sets a value in what is no dictionary');
    for (let i = 0; i < values.length; i += 2) {
      const key = values[i]!;
      if (typeof key !== 'string') throw foreign('it has a dictionary whose keys are not words');
      if (target.entries.has(key)) throw broken(`it holds ${shown(key)} twice`);
      target.entries.set(key, values[i + 1]!);
    }
  };
  const name = (module: Pickled, member: Pickled): void => {
    if (typeof module !== 'string' || typeof member !== 'string') throw broken('it names something without a name');
    const whole = `${module}.${member}`;
    if (whole !== orderedDictionary && !allowed.has(whole)) {
      throw foreign(`it asks for ${shown(whole)}, which is no part of a tensor`);
    }
    push({ is: 'name', name: whole });
  };
  const call = (): void => {
    const given = pop();
    const callee = pop();
    if (callee === null || typeof callee !== 'object' || callee.is !== 'name')
      throw foreign('it calls what has no name');
    if (given === null || typeof given !== 'object' || given.is !== 'tuple')
      throw broken('it calls something with nothing');
    if (callee.name !== orderedDictionary) push({ is: 'call', name: callee.name, arguments: given.items });
    else if (given.items.length === 0) push({ is: 'dictionary', entries: new Map() });
    else throw foreign('it makes a dictionary in a way that is not known here');
  };
  /** Attributes of a dictionary say nothing of tensors (a state_dict has its versions there). */
  const ignoreState = (): void => {
    pop();
    const target = top();
    if (target === null || typeof target !== 'object' || target.is !== 'dictionary')
      throw foreign('it changes the inside of an object');
  };

  for (;;) {
    const code = byte();
    switch (String.fromCharCode(code)) {
      case '\x80':
        if (byte() > 5) throw foreign('it is of a version that is not known here');
        break;
      case '\x95':
        // The length of a frame: it only helps who reads from a network.
        take(8);
        break;
      case '.': {
        const value = pop();
        if (stack.length > 0) throw broken('it leaves something over');
        return { value, end: at };
      }
      case '(':
        push(mark);
        break;
      case '0':
        stack.pop();
        break;
      case '}':
        push({ is: 'dictionary', entries: new Map() });
        break;
      case ']':
        push({ is: 'list', items: [] });
        break;
      case ')':
        tuple([]);
        break;
      case 't':
        tuple(popToMark());
        break;
      case '\x85':
        tuple([pop()]);
        break;
      case '\x86': {
        const second = pop();
        tuple([pop(), second]);
        break;
      }
      case '\x87': {
        const third = pop();
        const second = pop();
        tuple([pop(), second, third]);
        break;
      }
      case 'a':
        append([pop()]);
        break;
      case 'e':
        append(popToMark());
        break;
      case 's': {
        const value = pop();
        set([pop(), value]);
        break;
      }
      case 'u':
        set(popToMark());
        break;
      case 'N':
        push(null);
        break;
      case '\x88':
        push(true);
        break;
      case '\x89':
        push(false);
        break;
      case 'K':
        push(byte());
        break;
      case 'M':
        push(take(2).readUInt16LE());
        break;
      case 'J':
        push(take(4).readInt32LE());
        break;
      case '\x8a':
        push(longOf(take(byte())));
        break;
      case 'G':
        push(take(8).readDoubleBE());
        break;
      case 'X':
        push(take(take(4).readUInt32LE()).toString('utf8'));
        break;
      case '\x8c':
        push(take(byte()).toString('utf8'));
        break;
      case 'q':
        remember(byte());
        break;
      case 'r':
        remember(take(4).readUInt32LE());
        break;
      case '\x94':
        remember(memory.size);
        break;
      case 'h':
        recall(byte());
        break;
      case 'j':
        recall(take(4).readUInt32LE());
        break;
      case 'c': {
        const module = line();
        name(module, line());
        break;
      }
      case '\x93': {
        const member = pop();
        name(pop(), member);
        break;
      }
      case 'Q':
        push({ is: 'outside', address: pop() });
        break;
      case 'R':
        call();
        break;
      case 'b':
        ignoreState();
        break;
      default:
        throw foreign(`it has an instruction that is not known here (${code} at byte ${at - 1})`);
    }
  }
}

/** A whole number in two's complement, little endian: a number where it is exact. */
function longOf(bytes: Buffer): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  return BigInt.asIntN(53, signed) === signed ? Number(signed) : signed;
}

/** A name from a file as it may be shown: short, and without anything that isn't plain text. */
export function shown(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]/g, '?');
  return plain.length > 80 ? `${plain.slice(0, 80)}...` : plain;
}

const broken = (why: string): PickleRefused => new PickleRefused(why, false);
const foreign = (why: string): PickleRefused => new PickleRefused(why, true);
