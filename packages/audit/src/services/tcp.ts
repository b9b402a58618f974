import type { Examination, Probe, Verdict } from '../probing/probe.ts';
import { type Wire, WireError } from '../probing/wire.ts';
import { Dialogue, Malformed } from '../reading/bytes.ts';
import { largest } from '../reading/readable.ts';
import { telling } from '../reading/telling.ts';
import type { Read } from './http.ts';

/** A service with a protocol of its own; `examine` may throw Malformed: then it is another service. */
export function tcpProbe({ examine, ...facts }: Omit<Probe, 'speaks'>): Probe {
  return {
    ...facts,
    speaks: 'tcp',
    async examine(wire: Wire) {
      try {
        return await examine(wire);
      } catch (error) {
        if (error instanceof Malformed) return { verdict: 'other-service' };
        throw error;
      }
    },
  };
}

/** Opens a connection to talk over, message by message. */
export function talk<Answer>(wire: Wire, speak: (dialogue: Dialogue) => Promise<Answer>): Promise<Answer> {
  return wire.talk((conversation) => speak(new Dialogue(conversation)));
}

/** A verdict and the exchange that it rests on. */
export function shown(verdict: Verdict, request: string, reply: string, read: Read = {}): Examination {
  const readable = largest(read.named ?? []);
  return {
    verdict,
    proof: { request, reply: telling(reply) },
    ...(read.version ? { version: telling(read.version, 60) } : {}),
    ...(readable.length > 0 ? { readable } : {}),
  };
}

/** What `read` gives; undefined when the service breaks off or says what cannot be read. */
export async function quietly<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof WireError || error instanceof Malformed) return undefined;
    throw error;
  }
}
