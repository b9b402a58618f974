import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeSession, epochKey, foundWorkspace, verifyAuthority } from '../src/index.ts';
import { firstPeriodKey, segmentKeys } from '../src/keys/chain.ts';
import { expand } from '../src/keys/derive.ts';
import { hpkeOpen } from '../src/keys/hpke.ts';
import { sessionInfo } from '../src/records/session.ts';
import { countInMemory } from './process-memory.ts';
import { repeatable } from './random.ts';
import { NOW } from './workspace.ts';

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
      const found = countInMemory(child.pid!, patterns);
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
