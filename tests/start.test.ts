import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { demo } from '../apps/cli/src/demo/main.ts';
import { storedBytes } from '../apps/cli/src/demo/size.ts';
import type { Io } from '../apps/cli/src/io.ts';

const folder = mkdtempSync(join(tmpdir(), 'start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function captured(): { io: Io; text: () => string } {
  const parts: string[] = [];
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      parts.push(String(chunk));
      done();
    },
  });
  const stop = new AbortController().signal;
  return {
    io: { stdin: Readable.from([]) as Io['stdin'], stdout, stderr: stdout, env: { ...process.env }, stop },
    text: () => parts.join(''),
  };
}

describe('npm start', () => {
  it('takes the sample in, cuts secrets out, opens two searches, and shows what a thief sees', async () => {
    const { io, text } = captured();
    const directory = join(folder, 'demo');
    const argv = ['--events', '1500', '--port', '0', '--exit', '--dir', directory];
    expect(await demo(argv, io), text()).toBe(0);
    expect(text()).toContain('1,500 events');
    expect(text()).toMatch(/\d+ {2}github-token/);
    expect(text()).toMatch(/By the way: the .* letters from my/);
    expect(text()).toMatch(/另外：.*旁等/);
    expect(text()).toMatch(/ 0 of \d+ canaries found/);
    expect(text()).toMatch(/duration_ns +1500 values/);
    // Who may do what is for people to read; nothing else is.
    const readable = / Readable text\n((?: {4}.+\n)*)/.exec(text())?.[1] ?? '';
    for (const [where] of readable.matchAll(/^ {4}\S.*$/gm)) expect(where).toMatch(/^ {4}policy\//);
    expect(text()).toMatch(/key agent of demo, operations key until/);
  }, 180_000);

  it('leaves a folder alone that no demo made', async () => {
    const { io, text } = captured();
    writeFileSync(join(folder, 'precious.txt'), 'mine');
    expect(await demo(['--dir', folder, '--exit'], io)).toBe(2);
    expect(text()).toContain('DIRECTORY_EXISTS');
  });

  it('says how it is used', async () => {
    const { io, text } = captured();
    expect(await demo(['--evnts', '5'], io)).toBe(2);
    expect(text()).toContain('--events N');
  });
});

describe('storedBytes', () => {
  it('leaves out parts that a merge has replaced', async () => {
    const table = join(folder, 'store/abc');
    for (const [part, size] of Object.entries({
      all_1_1_0: 10,
      all_2_2_0: 20,
      all_1_2_1: 25,
      all_3_3_0: 7,
      '2026_1_1_0': 3,
    })) {
      mkdirSync(join(table, part), { recursive: true });
      writeFileSync(join(table, part, 'data.bin'), Buffer.alloc(size));
    }
    writeFileSync(join(table, 'format_version.txt'), '1');
    expect(await storedBytes(join(folder, 'store'))).toBe(25 + 7 + 3 + 1);
  });
});
