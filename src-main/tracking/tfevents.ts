import protobuf from 'protobufjs/light.js';
import { valuesOf } from '../common/curves.ts';
import { thinnedWords } from '../common/long-curves.ts';
import { figuresOf, type RunRecord, settingsOfRun } from '../common/run-record.ts';
import { crc32c } from './crc32c.ts';

/*
 * TensorBoard's event files. No maintained package on npm writes them without TensorFlow's native library (tfjs-node does, with
 * it), and the format is small and has been the same for ten years: TFRecord frames around Event messages
 * (tensorflow/core/lib/io/record_writer.cc, tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto). Other
 * trackers take them too: `wandb sync` reads a folder of them, which is why Weights & Biases' own format, which is written
 * down nowhere, is not made here.
 */

/** The part of the three schemas that is written, field numbers as there. */
const schema = protobuf.Root.fromJSON({
  nested: {
    Dim: { fields: { size: { type: 'int64', id: 1 } } },
    TensorShape: { fields: { dim: { rule: 'repeated', type: 'Dim', id: 2 } } },
    Tensor: {
      fields: {
        dtype: { type: 'int32', id: 1 },
        tensorShape: { type: 'TensorShape', id: 2 },
        stringVal: { rule: 'repeated', type: 'bytes', id: 8 },
      },
    },
    PluginData: { fields: { pluginName: { type: 'string', id: 1 } } },
    Metadata: { fields: { pluginData: { type: 'PluginData', id: 1 } } },
    Value: {
      fields: {
        tag: { type: 'string', id: 1 },
        simpleValue: { type: 'float', id: 2 },
        tensor: { type: 'Tensor', id: 8 },
        metadata: { type: 'Metadata', id: 9 },
      },
    },
    Summary: { fields: { value: { rule: 'repeated', type: 'Value', id: 1 } } },
    Event: {
      fields: {
        wallTime: { type: 'double', id: 1 },
        step: { type: 'int64', id: 2 },
        fileVersion: { type: 'string', id: 3 },
        summary: { type: 'Summary', id: 5 },
      },
    },
  },
});
const eventType = schema.lookupType('Event');
/** DT_STRING of tensorflow/core/framework/types.proto. */
const stringType = 7;

/** The name of a run's event file: TensorBoard looks for 'tfevents' in it. */
export const eventFileName = ({ run }: RunRecord): string =>
  `events.out.tfevents.${Math.floor(Date.parse(run.startedAt) / 1000)}.tiebreak`;

/**
 * The frames of a run's event file: every value of its curves as a scalar, its figures as scalars at its last step, and its
 * settings and notes as text. A point knows its step and not its time: times are spread evenly over the run's.
 */
export function* eventFrames(record: RunRecord): Generator<Uint8Array> {
  const { run, curve } = record;
  const begun = Date.parse(run.startedAt) / 1000;
  const ended = run.endedAt === null ? begun : Date.parse(run.endedAt) / 1000;
  const last = Math.max(run.step, curve.at(-1)?.step ?? 0);
  const timeOf = (step: number): number => begun + (last === 0 ? 0 : ((ended - begun) * step) / last);
  const frame = (step: number, content: object): Uint8Array => framed({ wallTime: timeOf(step), step, ...content });
  yield frame(0, { fileVersion: 'brain.Event:2' });
  const settings = settingsOfRun(run).map(([key, value]) => `| ${cell(key)} | ${cell(value)} |`);
  yield frame(0, {
    summary: { value: [text('settings', ['| setting | value |', '| --- | --- |', ...settings].join('\n'))] },
  });
  if (run.notes !== '') yield frame(0, { summary: { value: [text('notes', run.notes)] } });
  const thinned = thinnedWords(curve);
  if (thinned !== null) yield frame(0, { summary: { value: [text('thinned', thinned)] } });
  for (const point of curve) {
    const value = valuesOf(point).map(([tag, simpleValue]) => ({ tag, simpleValue }));
    yield frame(point.step, { summary: { value } });
  }
  const figures = figuresOf(record).map(([name, simpleValue]) => ({ tag: `figures/${name}`, simpleValue }));
  if (figures.length > 0) yield frame(last, { summary: { value: figures } });
}

/** A text as TensorBoard's text plugin takes it; it reads Markdown and shows no markup of other kinds. */
function text(tag: string, content: string): object {
  const stringVal = [new TextEncoder().encode(content)];
  return {
    tag,
    tensor: { dtype: stringType, tensorShape: { dim: [{ size: 1 }] }, stringVal },
    metadata: { pluginData: { pluginName: 'text' } },
  };
}

/** A cell of a Markdown table. */
const cell = (content: string): string => content.replace(/\s+/g, ' ').replace(/[\\|`*_<>[\]]/g, (sign) => `\\${sign}`);

/** A TFRecord: its length, that length's checksum, the message, the message's checksum; numbers in little endian. */
function framed(event: object): Uint8Array {
  const data = eventType.encode(event).finish();
  const frame = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(frame.subarray(0, 8)), true);
  frame.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return frame;
}

/** A checksum so changed that one of data that holds checksums is sound too (record_writer.cc). */
function masked(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
