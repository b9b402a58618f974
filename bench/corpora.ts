import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A labelled text of the public cases: 1 holds a secret, 0 must not be reported. */
export interface Case {
  source: string;
  rule: string;
  label: 0 | 1;
  text: string;
}

/** Where the corpora are: `TACET_CORPORA`, or beside the repository. They are not part of it. */
const FOLDER = process.env.TACET_CORPORA ?? join(import.meta.dirname, '..', '..', 'shared', 'corpora');

export function corpus(name: string): string | undefined {
  const path = join(FOLDER, name);
  return existsSync(path) ? path : undefined;
}

function lines<T>(path: string): T[] {
  const text = gunzipSync(readFileSync(path)).toString('utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line) as T);
}

/** The labelled cases, or undefined where the file is absent. */
export function cases(): Case[] | undefined {
  const path = corpus('secrets-public.jsonl.gz');
  if (!path) return undefined;
  return lines<Omit<Case, 'text'> & { text_b64: string }>(path).map(({ text_b64, ...rest }) => ({
    ...rest,
    text: Buffer.from(text_b64, 'base64').toString('utf8'),
  }));
}

/** Prompts and answers of real conversations, which hold no secret; undefined where the file is absent. */
export function conversations(): { prompt: string; response: string }[] | undefined {
  const path = corpus('conversations.jsonl.gz');
  return path ? lines(path) : undefined;
}
