import { type Authority, activeReaders, type Epoch, epochEnds, equalBytes, type Reader } from '@tacet/seal';
import { harmless } from '../terminal/text.ts';

/** A day as people write it, UTC. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Second at which the epoch's first certificate begins. */
export function epochBegins(epoch: Epoch): number {
  return Math.min(...epoch.certificates.map(({ notBefore }) => notBefore));
}

/** Numbers as ranges: `1–3, 5`. */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < numbers.length; at++) {
    const first = numbers[at]!;
    while (numbers[at + 1] === numbers[at]! + 1) at++;
    parts.push(first === numbers[at] ? `${first}` : `${first}–${numbers[at]}`);
  }
  return parts.join(', ') || 'none';
}

/** Numbers of the epochs that a reader can open. */
export function epochsOf(authority: Authority, reader: Reader): number[] {
  const numbers = authority.grants.filter((grant) => equalBytes(grant.recipient, reader.id));
  return [...new Set(numbers.map(({ epoch }) => epoch))].sort((a, b) => a - b);
}

/** Names of those who read what is sealed from now on. */
export function activeNames(authority: Authority): string {
  return activeReaders(authority)
    .map(({ name }) => harmless(name))
    .join(', ');
}

/** `Epoch 2 … until`: what a command says of the newest epoch. */
export function newestText(authority: Authority): string {
  const newest = authority.epochs.at(-1)!;
  return `epoch ${newest.number}, certified until ${dayOf(epochEnds(newest))}`;
}
