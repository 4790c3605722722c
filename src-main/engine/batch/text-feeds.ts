/** Texts as an encoder reads them, whichever its family. */

import { beginningFor, charactersOf } from '../../tokenizer/long-texts.ts';
import { isBert, readsMarked, type TextEncoderConfig, type TextReader } from '../model/text-encoder.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import { bertFeeds } from './bert-feeds.ts';
import { encoderFeeds } from './encoder-feeds.ts';

/** A text's ids, with the model's marks, cut on the right to the positions there are. */
export function readText(reader: TextReader, text: string): { readonly ids: Int32Array; readonly cut: boolean } {
  const { positions } = reader.config;
  if (readsMarked(reader)) {
    const { tokenizer, config } = reader;
    return tokenizer.single(tokenizer.encode(beginningFor((config.prompt ?? '') + text, positions)), positions);
  }
  const ids = reader.tokenizer.encode(beginningFor(text, positions));
  return { ids: ids.slice(0, positions), cut: ids.length > positions || text.length > charactersOf(positions) };
}

/** The feeds of `textVectors` for what `readText` gave. */
export function textFeeds(config: TextEncoderConfig, sequences: readonly Int32Array[]): HostTensors {
  if (!isBert(config)) return encoderFeeds(config, sequences);
  return bertFeeds(
    config,
    sequences.map((ids) => ({ ids, second: ids.length })),
  );
}
