import { createInterface } from 'node:readline/promises';
import { TacetError } from '@tacet/records';
import type { Io } from '../io.ts';

const LINE_END = { return: 13, newline: 10 };
const KEYS = { interrupt: '\u0003', end: '\u0004', backspace: '\b', delete: '\u007f', clear: '\u0015' };

/**
 * Asks for a line that is not shown while it is typed. Throws USAGE when standard input is no
 * terminal or the person gave up.
 */
export function askHidden(io: Io, question: string): Promise<string> {
  const { stdin, stderr } = io;
  if (!stdin.isTTY || !stdin.setRawMode)
    return Promise.reject(new TacetError('USAGE', 'there is no terminal to ask on; use --passphrase-file F'));
  // Before the question: what is typed at once must not show either.
  stdin.setRawMode(true);
  stderr.write(`${question}: `);
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const decoder = new TextDecoder();
    const end = (rest: Uint8Array, finish: () => void) => {
      stdin.setRawMode?.(false);
      stdin.off('data', take);
      stdin.pause();
      // What was pasted beyond this line answers the next question.
      if (rest.length > 0) stdin.unshift(rest);
      stderr.write('\n');
      finish();
    };
    const take = (chunk: Uint8Array) => {
      const at = chunk.findIndex((byte) => byte === LINE_END.return || byte === LINE_END.newline);
      for (const character of decoder.decode(at < 0 ? chunk : chunk.subarray(0, at), { stream: true })) {
        if (character === KEYS.interrupt || character === KEYS.end)
          return end(new Uint8Array(), () => reject(new TacetError('USAGE', 'nothing was given')));
        if (character === KEYS.backspace || character === KEYS.delete) typed.pop();
        else if (character === KEYS.clear) typed = [];
        else typed.push(character);
      }
      if (at < 0) return;
      const pair = chunk[at] === LINE_END.return && chunk[at + 1] === LINE_END.newline;
      end(chunk.subarray(at + (pair ? 2 : 1)), () => resolve(typed.join('')));
    };
    stdin.on('data', take);
    stdin.resume();
  });
}

/** Asks for a line that shows while it is typed. Standard input must be a terminal. */
export async function askLine(io: Io, question: string): Promise<string> {
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return await lines.question(`${question} `, { signal: io.stop });
  } finally {
    lines.close();
  }
}
