import { encodeIdentity } from '../../src/identity/file.ts';
import {
  CAPABILITY,
  certifyWriter,
  createWriter,
  encodeClear,
  openSession,
  type SealedParts,
  sealWithout,
  toHex,
  verifyAuthority,
  WriterSession,
} from '../../src/index.ts';
import { chainOf, forge } from '../../tests/forge.ts';
import { repeatable } from '../../tests/random.ts';
import { clearOf, DAY, EVENTS, hexRecords, makeGround, NOW, rowsOf, SECONDS } from './ground.ts';

function hexSegment(parts: SealedParts): Record<string, string> {
  const { header, salt, commitment, signature, ciphertext, filter, clear, share } = parts;
  const all = { header, salt, commitment, signature, ciphertext, filter, clear: encodeClear(clear), share };
  return Object.fromEntries(Object.entries(all).map(([name, bytes]) => [name, toHex(bytes)]));
}

/** A row is erased when its epoch is over: by a writer that may erase, and by nobody else. */
export async function erasingVectors(): Promise<unknown> {
  const { founded } = await makeGround();
  const { identity, rootHash } = founded;
  const random = repeatable('erasing');
  const eraser = await createWriter('acme', 'eraser', random);
  const later = NOW + 40 * DAY * 1000;
  const certificate = await certifyWriter(
    { identity, authority: await verifyAuthority(founded.authority, { rootHash }), now: later },
    { ...eraser, days: 2, capabilities: CAPABILITY.erase },
  );
  founded.authority.writers.push(certificate);
  const authority = await verifyAuthority(founded.authority, { rootHash });

  const first = await WriterSession.start({
    workspace: 'acme',
    authority,
    writer: founded.writer,
    now: NOW,
    random,
  });
  first.advance(NOW);
  const clear = clearOf(EVENTS);
  const old = await first.seal({
    rows: rowsOf(EVENTS),
    count: EVENTS.length,
    clear,
    timeMin: Math.min(...clear.time),
    timeMax: Math.max(...clear.time),
    share: random(32),
    trapdoors: new Uint8Array(0),
    unfiltered: true,
    codec: 'none',
  });
  const opened = await (await openSession(first.record, identity, authority)).open(old);
  const session = await WriterSession.start({
    workspace: 'acme',
    authority,
    writer: eraser,
    now: later,
    erasing: 1,
    random,
  });
  const erased = await sealWithout(session, opened, old, (event) => event.user_id === 'ann@example.com', {
    share: random(32),
    now: later,
  });
  const reader = await openSession(session.record, identity, authority);
  const { header } = await reader.open(erased!);
  const chain = await chainOf(session.record, identity, authority);
  const base = {
    header,
    rows: rowsOf(EVENTS.slice(1)),
    clear: clearOf(EVENTS.slice(1)),
    share: erased!.share,
  };
  const bad = await Promise.all(
    [
      { name: 'supersedes nothing', change: { supersedes: [] } },
      { name: 'after the certificate ended', change: { sealed: SECONDS + 43 * DAY } },
    ].map(async ({ name, change }) => {
      const segment = await forge(chain, eraser, { ...base, header: { ...header, ...change } });
      return { name, code: 'EPOCH_INVALID', segment: hexSegment(segment) };
    }),
  );
  return {
    about: 'A row erased after its epoch ended (docs/format.md, 5). `session` is of the writer that erases.',
    rootHash: toHex(rootHash),
    records: hexRecords(founded.authority),
    identity: toHex(encodeIdentity({ ...identity, epochs: [] })),
    session: toHex(session.record),
    superseded: toHex(old.id),
    good: { segment: hexSegment(erased!), rows: EVENTS.slice(1).map((event) => JSON.stringify(event)) },
    bad,
  };
}
