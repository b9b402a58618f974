import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyTrail } from '../audit/verify.ts';
import { type LogKey, signingKey, trailKey } from '../log/key.ts';
import { openTrail } from '../log/open.ts';
import type { Trail } from '../log/trail.ts';
import { cosignedAt, parseCheckpoint, signCheckpoint } from '../proof/checkpoint.ts';
import { formatNote, parseNote, parseSignature, SIGNATURE_TYPE } from '../proof/note.ts';
import { requestCosignature } from './client.ts';
import { WitnessFeed, witnessedPath } from './feed.ts';
import { formatAddCheckpoint } from './message.ts';
import { originHash, Witness } from './witness.ts';

const log = await trailKey(new Uint8Array(randomBytes(32)), new Uint8Array(32));
const own = await signingKey(
  new Uint8Array(randomBytes(32)),
  SIGNATURE_TYPE.cosignature,
  'witness.example/w',
);
const NOW = 1_700_000_000;
let root: string;
let trail: Trail;
let witness: Witness;
const fresh = () =>
  new Witness({ folder: join(root, 'witness'), key: own, logs: [log.key], now: () => NOW * 1000 });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tacet-witness-'));
  trail = await openTrail({ path: join(root, 'trail'), key: new Uint8Array(32), log });
  witness = fresh();
});
afterEach(async () => {
  await trail.close();
  await rm(root, { recursive: true, force: true });
});

async function grow(count: number) {
  for (let number = 0; number < count; number++)
    await trail.append({ kind: 'search', workspace: 'acme', actor: 'reader', facts: { number } });
  return trail.publish();
}
async function offer(old: number, to = witness) {
  const checkpoint = await trail.publish();
  const proof = await (await trail.prover()).consistency(old, checkpoint.size);
  return to.addCheckpoint(formatAddCheckpoint(old, proof, checkpoint));
}
/** A checkpoint of another history, signed by the log all the same. */
async function forged(size: number, by: LogKey = log) {
  return signCheckpoint({ origin: log.key.name, size, root: new Uint8Array(32).fill(7) }, by.key, by.signer);
}

describe('a witness', () => {
  it('cosigns what goes on, and keeps it before it answers', async () => {
    await grow(3);
    const first = await offer(0);
    expect(first.status).toBe(200);
    await grow(2);
    const second = await offer(3);
    const note = parseNote((await witness.checkpoint(originHash(log.key.name)))!);
    expect(note.signatures.at(-1)).toEqual(parseSignature(second.body.trimEnd()));
    expect(await cosignedAt(note, own.key)).toBe(NOW);
    expect(parseCheckpoint(formatNote(note)).size).toBe(5);
    // Another process goes on from there.
    expect(await offer(3, fresh())).toMatchObject({ status: 409, body: '5\n', type: 'text/x.tlog.size' });
    expect((await offer(5, fresh())).status).toBe(200);
  });

  it('refuses a fork, a rolled-back log and a proof that proves nothing', async () => {
    await grow(5);
    await offer(0);
    const send = async (old: number, proof: Uint8Array[], next: Awaited<ReturnType<typeof forged>>) =>
      (await witness.addCheckpoint(formatAddCheckpoint(old, proof, next))).status;
    expect(await send(5, [], await forged(5))).toBe(422);
    expect(await send(5, [new Uint8Array(32)], await forged(9))).toBe(422);
    expect(await send(3, [], await forged(4))).toBe(409);
    expect(await send(5, [], await forged(4))).toBe(400);
    const sameSize = await trail.publish();
    expect(await send(5, [new Uint8Array(32)], sameSize)).toBe(422);
    expect(parseCheckpoint((await witness.checkpoint(originHash(log.key.name)))!).root).toEqual(trail.root());
  });

  it('signs for no log that it does not know, and nothing that the log did not sign', async () => {
    await grow(1);
    const other = await trailKey(new Uint8Array(randomBytes(32)), new Uint8Array(32));
    const stranger = await signCheckpoint(
      { origin: other.key.name, size: 1, root: trail.root() },
      other.key,
      other.signer,
    );
    expect((await witness.addCheckpoint(formatAddCheckpoint(0, [], stranger))).status).toBe(404);
    const signedByOther = await forged(1, { ...other, key: { ...other.key, name: log.key.name } });
    expect((await witness.addCheckpoint(formatAddCheckpoint(0, [], signedByOther))).status).toBe(403);
    const broken = formatAddCheckpoint(0, [], await trail.publish()).replace('\n1\n', '\n2\n');
    expect((await witness.addCheckpoint(broken)).status).toBe(403);
    expect(await witness.checkpoint(originHash(log.key.name))).toBeUndefined();
    expect(await witness.checkpoint('../../key')).toBeUndefined();
  });

  it('begins at nothing, without a proof', async () => {
    await grow(2);
    const checkpoint = await trail.publish();
    expect(
      (await witness.addCheckpoint(formatAddCheckpoint(0, [new Uint8Array(32)], checkpoint))).status,
    ).toBe(422);
    expect((await witness.addCheckpoint(formatAddCheckpoint(1, [], checkpoint))).status).toBe(409);
    const empty = await signCheckpoint(
      { origin: log.key.name, size: 0, root: new Uint8Array(32) },
      log.key,
      log.signer,
    );
    expect((await witness.addCheckpoint(formatAddCheckpoint(0, [], empty))).status).toBe(422);
  });

  it.each([
    '',
    'old 0',
    'old 00\n\nx',
    'old -1\n\nx',
    'old 0\nAAAA\n\nx',
    'new 0\n\nx',
    `old 0\n${`${'A'.repeat(43)}=\n`.repeat(64)}\nx`,
  ])('refuses what is no request: %#', async (body) => {
    expect((await witness.addCheckpoint(body)).status).toBe(400);
  });

  it('lets two requests at once not roll each other back', async () => {
    await grow(2);
    await offer(0);
    await grow(2);
    const four = await trail.publish();
    const proof = await (await trail.prover()).consistency(2, 4);
    const body = formatAddCheckpoint(2, proof, four);
    const answers = await Promise.all([witness.addCheckpoint(body), witness.addCheckpoint(body)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 409]);
  });

  it('signs nothing that it cannot keep, and takes damage for no beginning', async () => {
    await grow(1);
    await offer(0);
    const [name] = await readdir(join(root, 'witness/logs'));
    const path = join(root, 'witness/logs', name!);
    const kept = await readFile(path);
    await writeFile(path, kept.subarray(0, 40));
    await expect(offer(0)).rejects.toMatchObject({ code: 'TRAIL_CORRUPT' });
    await writeFile(path, kept);
    await grow(1);
    await chmod(join(root, 'witness/logs'), 0o500);
    // The superuser may write anywhere.
    if (process.getuid?.() !== 0) await expect(offer(1)).rejects.toMatchObject({ code: 'TRAIL_UNAVAILABLE' });
    await chmod(join(root, 'witness/logs'), 0o700);
  });
});

describe('a trail with a witness', () => {
  let server: Server;
  let url: string;
  let lie: ((body: string) => { status: number; body: string }) | undefined;
  beforeEach(async () => {
    lie = undefined;
    server = createServer(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request)).toString();
      const answer = lie ? lie(body) : await witness.addCheckpoint(body);
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('keeps each cosignature, which a verification can demand', async () => {
    const warnings: string[] = [];
    const address = { url, key: own.key };
    const feed = new WitnessFeed({
      trail,
      folder: join(root, 'trail'),
      witness: address,
      warn: (text) => warnings.push(text),
    });
    await grow(3);
    await feed.send();
    await grow(300);
    await feed.send();
    const verify = () => verifyTrail({ source: trail.source, key: log.key, witnesses: [own.key] });
    expect(await verify()).toMatchObject({
      problems: [],
      witnessed: [{ name: 'witness.example/w', size: 303, time: NOW }],
    });
    await grow(1);
    expect((await verify()).witnessed).toMatchObject([{ size: 303 }]);
    lie = () => ({ status: 500, body: '' });
    await expect(feed.send()).rejects.toMatchObject({ code: 'WITNESS_UNAVAILABLE' });
    await feed.close();
    expect(warnings).toHaveLength(1);
    expect(
      parseNote(await readFile(join(root, 'trail', witnessedPath(own.key)), 'utf8')).signatures,
    ).toHaveLength(2);
  });

  it('hears when the witness has seen more than there is', async () => {
    const checkpoint = await grow(2);
    lie = () => ({ status: 409, body: '7\n' });
    const asked = requestCosignature({ url, key: own.key }, checkpoint, await trail.prover(), 0);
    await expect(asked).rejects.toMatchObject({ code: 'TRAIL_ROLLED_BACK' });
  });

  it.each([
    ['nothing', ''],
    ['no signature', 'yes\n'],
    ['a signature of another', '— somebody.else AAAAAAAA\n'],
    ['too much', 'x'.repeat(100_000)],
    ['another size each time', undefined],
  ])('believes no witness that answers with %s', async (_, body) => {
    const checkpoint = await grow(2);
    let size = 0;
    lie = () => (body === undefined ? { status: 409, body: `${size++ % 2}\n` } : { status: 200, body });
    const asked = requestCosignature({ url, key: own.key }, checkpoint, await trail.prover(), 1);
    expect(await asked.then(() => undefined, codeOf)).toBe('WITNESS_UNAVAILABLE');
  });
});
