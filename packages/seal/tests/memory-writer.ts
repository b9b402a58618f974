import { foundWorkspace, verifyAuthority, WriterSession } from '../src/index.ts';
import { repeatable } from './random.ts';
import { inputOf, makeEvent, NOW } from './workspace.ts';

/** Run as a process of its own: seals in two periods, then waits to have its memory read. */
const founded = await foundWorkspace({ workspace: 'acme', now: NOW, random: repeatable('memory') });
const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
const session = await WriterSession.start({
  workspace: 'acme',
  authority,
  writer: founded.writer,
  now: NOW,
  random: repeatable('memory session'),
});
const salts: string[] = [];
for (let hour = 0; hour < 2; hour++) {
  const { indexKey } = session.advance(NOW + hour * 3_600_000);
  for (let i = 0; i < 40; i++) {
    const { salt } = await session.seal(inputOf([makeEvent(i)], indexKey));
    salts.push(Buffer.from(salt).toString('hex'));
  }
  indexKey.fill(0);
}
process.stdout.write(`${JSON.stringify({ record: Buffer.from(session.record).toString('hex'), salts })}\n`);
process.stdin.resume();
// The session is still used here: it must not be collected before.
process.stdin.on('end', () => session.close(NOW).then(() => process.exit(0)));
