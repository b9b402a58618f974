import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeSession, epochKey, foundWorkspace, verifyAuthority } from '../src/index.ts';
import { firstPeriodKey, segmentKeys } from '../src/keys/chain.ts';
import { expand } from '../src/keys/derive.ts';
import { hpkeOpen } from '../src/keys/hpke.ts';
import { sessionInfo } from '../src/records/session.ts';
import { repeatable } from './random.ts';
import { NOW } from './workspace.ts';

/** What can be read of a stretch of memory; a page that cannot is passed over. */
function readMemory(file: number, start: number, end: number): Buffer {
  const out = Buffer.alloc(end - start);
  for (let at = start; at < end; ) {
    try {
      const read = readSync(file, out, at - start, end - at, at);
      if (read === 0) break;
      at += read;
    } catch {
      at += 4096 - (at % 4096);
    }
  }
  return out;
}

const STEP = 16 << 20;

/** How often each pattern stands in the writable memory of a process. */
function scan(pid: number, patterns: ReadonlyMap<string, Uint8Array>): Map<string, number> {
  const found = new Map([...patterns.keys()].map((name) => [name, 0]));
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    if (from === undefined) continue;
    const end = Number.parseInt(to!, 16);
    for (let at = Number.parseInt(from, 16); at < end; at += STEP) {
      const piece = readMemory(memory, at, Math.min(at + STEP + 64, end));
      for (const [name, pattern] of patterns) {
        for (
          let hit = piece.indexOf(pattern);
          hit >= 0 && hit < STEP;
          hit = piece.indexOf(pattern, hit + 1)
        ) {
          found.set(name, found.get(name)! + 1);
        }
      }
    }
  }
  closeSync(memory);
  return found;
}

describe.skipIf(!existsSync('/proc/self/maps'))('the memory of a running writer', () => {
  it('holds the keys to come, and not those of what it sealed', async ({ skip }) => {
    const script = fileURLToPath(new URL('./memory-writer.ts', import.meta.url));
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const said = JSON.parse(line.toString()) as { record: string; salts: string[] };
      const { salts } = said;
      const record = new Uint8Array(Buffer.from(said.record, 'hex'));
      const founded = await foundWorkspace({ workspace: 'acme', now: NOW, random: repeatable('memory') });
      const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
      const { session, hash } = decodeSession(record);
      const seed = await epochKey(founded.identity, authority, authority.epochs[0]!);
      const secret = (await hpkeOpen(seed, sessionInfo(session), {
        enc: session.enc,
        sealed: session.sealed,
      }))!;

      const first = firstPeriodKey(hash, secret);
      const second = expand(first, 'period');
      const patterns = new Map<string, Uint8Array>([
        ['S0', secret],
        ['P0', first],
        ['P1', second],
        ['I0', expand(first, 'index')],
        ['next period', expand(second, 'period')],
      ]);
      const share = new Uint8Array(32).fill(7);
      for (const [hour, period] of [first, second].entries()) {
        let link = expand(period, 'link');
        for (let i = 0; i <= 40; i++) {
          if (i % 13 === 0 || i === 40) patterns.set(`link ${hour}/${i}`, link);
          const salt = salts[hour * 40 + i];
          if (i % 26 === 0) {
            patterns.set(
              `K ${hour}/${i}`,
              segmentKeys(link, share, new Uint8Array(Buffer.from(salt!, 'hex'))).key,
            );
            patterns.set(`siv ${hour}/${i}`, expand(link, 'siv'));
          }
          link = expand(link, 'next');
        }
      }
      try {
        closeSync(openSync(`/proc/${child.pid}/mem`, 'r'));
      } catch {
        skip('this system lets nobody read the memory of another process');
      }
      const found = scan(child.pid!, patterns);
      expect(found.get('link 1/40'), 'the control: a key in use is found').toBeGreaterThan(0);
      expect(found.get('next period')).toBeGreaterThan(0);
      const left = [...found].filter(
        ([name, count]) => count > 0 && name !== 'link 1/40' && name !== 'next period',
      );
      expect(left).toEqual([]);
    } finally {
      child.kill();
    }
  });
});
