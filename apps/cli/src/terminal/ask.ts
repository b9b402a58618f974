import { TacetError } from '@tacet/records';
import type { Io } from '../io.ts';

const CONTROL = { c: '\u0003', d: '\u0004', h: '\b', delete: '\u007f', u: '\u0015' };

/**
 * Asks for a line that is not shown while it is typed. Throws USAGE when standard input is no
 * terminal or the person gave up.
 */
export function askHidden(io: Io, question: string): Promise<string> {
  const { stdin, stderr } = io;
  if (!stdin.isTTY || !stdin.setRawMode)
    return Promise.reject(new TacetError('USAGE', 'there is no terminal to ask on; use --passphrase-file F'));
  stderr.write(`${question}: `);
  stdin.setRawMode(true);
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const decoder = new TextDecoder();
    const end = (finish: () => void) => {
      stdin.setRawMode?.(false);
      stdin.off('data', take);
      stdin.pause();
      stderr.write('\n');
      finish();
    };
    const take = (chunk: Uint8Array) => {
      for (const character of decoder.decode(chunk, { stream: true })) {
        if (character === '\r' || character === '\n') return end(() => resolve(typed.join('')));
        if (character === CONTROL.c || character === CONTROL.d)
          return end(() => reject(new TacetError('USAGE', 'no passphrase was given')));
        if (character === CONTROL.h || character === CONTROL.delete) typed.pop();
        else if (character === CONTROL.u) typed = [];
        else typed.push(character);
      }
    };
    stdin.on('data', take);
    stdin.resume();
  });
}
