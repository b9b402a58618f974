import { runChild } from './child.ts';
import type { Figure } from './figures.ts';

interface Start {
  seconds: number;
  cpu: number;
}

interface Timed {
  without: Start;
  withKeyring: Start;
  keyrings: number;
  bytes: number;
}

const SESSIONS = 3_000;

/** How long a search over many sessions takes to begin, the first time and with readers' keyrings. */
export async function benchKeyring(): Promise<Figure[]> {
  const { result } = await runChild<Timed>('keyring', { sessions: SESSIONS }, true);
  const { without, withKeyring, keyrings, bytes } = result;
  const over = `over ${SESSIONS.toLocaleString('en')} sessions, one core`;
  return [
    {
      name: `start of a search ${over}, with ${keyrings} keyrings (${Math.round(bytes / 1000)} kB)`,
      value: withKeyring.seconds,
      unit: 's',
      target: '≤ 1',
      met: withKeyring.seconds <= 1,
    },
    { name: '  processor time of that', value: withKeyring.cpu, unit: 's' },
    { name: `start of a search ${over}, the first one`, value: without.seconds, unit: 's' },
    { name: '  processor time of that', value: without.cpu, unit: 's' },
  ];
}
