/** What the page of tests/browser.test.ts runs: bundled for browsers, reached as `globalThis.tacet`. */
import { decodeIdentity } from '@tacet/seal';
import { httpSearchServer, search } from '@tacet/search/client';
import { checkVectors, runsOn } from '../../packages/seal/tests/vector-suite.ts';

interface Asked {
  token: string;
  /** The encoded identity, byte by byte. */
  identity: number[];
  query: string;
}

/** Searches the server that the page came from; what is found, opened and verified here. */
async function find({ token, identity, query }: Asked): Promise<{ bodies: unknown[]; problems: number }> {
  const run = search({
    server: httpSearchServer({ url: location.origin, token }),
    identity: await decodeIdentity(Uint8Array.from(identity)),
    query,
    purpose: 'ticket 4711: a parcel',
  });
  const bodies: unknown[] = [];
  for await (const { event } of run) bodies.push(event.body);
  return { bodies, problems: run.summary.problems.length };
}

export interface Page {
  checkVectors: typeof checkVectors;
  runsOn: string;
  find: typeof find;
}

Object.assign(globalThis, { tacet: { checkVectors, runsOn, find } satisfies Page });
