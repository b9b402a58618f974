import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '@tacet/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, type Outcome, Workbench } from '../apps/cli/src/testing/command.ts';

const PURPOSE = ['--purpose', 'ticket 4711: refund'];
const CANARY = 'canary-7Hq2-gelbe-Seiten';

let bench: Workbench;
let directory: string;
/** What `init --json` said. */
let founded: { identity: string; passphraseFile: string; ingestTokenFile: string; readerTokenFile: string };
let firstSaid: Outcome;

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  firstSaid = await bench.tacet(['init', '--dir', directory, '--workspace', 'acme', '--json']);
  founded = JSON.parse(firstSaid.stdout);
}, 60_000);
afterAll(() => bench.remove());

async function file(name: string, ...lines: unknown[]): Promise<string> {
  const path = bench.path(name);
  await writeFile(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

function events({ stdout }: Outcome): Event[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The code on the first line of standard error. */
const codeOf = ({ stderr }: Outcome) => /^tacet: ([A-Z_]+): /m.exec(stderr)?.[1];

describe('init', () => {
  it('writes keys and tokens outside the directory, for their owner only', async () => {
    expect(firstSaid.status).toBe(0);
    for (const path of Object.values(founded).filter(
      (value) => value.startsWith('/') && value !== directory,
    )) {
      expect(path.startsWith(bench.path('home'))).toBe(true);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(directory, 'keys')))
      expect((await stat(join(directory, 'keys', name))).mode & 0o777).toBe(0o600);
    const token = (await readFile(founded.ingestTokenFile, 'utf8')).trim();
    expect(token).toMatch(/^tacet_i_/);
    expect(firstSaid.stdout).not.toContain(token);
  });

  it('never overwrites a directory, an identity or a token', async () => {
    const before = await readFile(founded.identity);
    const again = await bench.tacet(['init', '--dir', directory]);
    expect([again.status, codeOf(again)]).toEqual([2, 'DIRECTORY_EXISTS']);
    const other = await bench.tacet(['init', '--dir', bench.path('other'), '--identity', founded.identity]);
    expect([other.status, codeOf(other)]).toEqual([2, 'IDENTITY_EXISTS']);
    expect(await readFile(founded.identity)).toEqual(before);
    // What could not be founded leaves nothing behind.
    await expect(stat(bench.path('other'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses an identity inside the directory, by whatever way it gets there', async () => {
    await mkdir(bench.path('inside'));
    await symlink(bench.path('inside'), bench.path('way-in'));
    for (const [dir, identity] of [
      ['inside', 'inside/me.identity'],
      ['inside', 'way-in/me.identity'],
      ['way-in', 'inside/deep/me.identity'],
    ] as const) {
      const refused = await bench.tacet([
        'init',
        '--dir',
        bench.path(dir),
        '--identity',
        bench.path(identity),
      ]);
      expect([refused.status, codeOf(refused)]).toEqual([2, 'IDENTITY_INSIDE_DIRECTORY']);
    }
    const byVariable = { env: { TACET_IDENTITY: bench.path('inside/me') } };
    expect(codeOf(await bench.tacet(['init', '--dir', bench.path('inside')], byVariable))).toBe(
      'IDENTITY_INSIDE_DIRECTORY',
    );
    const passphrase = await bench.tacet([
      'init',
      '--dir',
      bench.path('inside'),
      '--passphrase-file',
      bench.path('inside/p'),
    ]);
    expect(codeOf(passphrase)).toBe('IDENTITY_INSIDE_DIRECTORY');
    expect(await readdir(bench.path('inside'))).toEqual([]);
  });
});

describe('import and search without a server', () => {
  it('stores, finds and shows', async () => {
    const path = await file(
      'a.jsonl',
      {
        timestamp: '2025-01-06T10:00:00Z',
        service: 'chat',
        msg: `我想退款 refund please ${CANARY}`,
        user_id: 'u-1',
      },
      {
        timestamp: '2025-01-06T11:00:00Z',
        service: 'chat',
        msg: 'weather in Lisbon',
        key: `sk-proj-${'aB3xYz90'.repeat(6)}`,
      },
    );
    const imported = await bench.tacet(['import', path, '--dir', directory, '--json']);
    expect([imported.status, imported.stderr]).toEqual([0, '']);
    expect(JSON.parse(imported.stdout)).toEqual({
      events: 2,
      refused: 0,
      secrets: 1,
      segments: 1,
      bytes_in: (await stat(path)).size,
      bytes_stored: expect.any(Number),
      seconds: expect.any(Number),
    });
    const found = await bench.tacet(['search', '退款', '--dir', directory, ...PURPOSE, '--json']);
    expect(found.status).toBe(0);
    expect(events(found)).toMatchObject([{ service: 'chat', user_id: 'u-1' }]);
    const shown = await bench.tacet(['search', 'lisbon OR refund', '--dir', directory, ...PURPOSE]);
    expect(shown.stdout.split('\n')[0]).toBe('2025-01-06 11:00:00.000  chat');
    expect(shown.stdout).toContain('refund please');
    expect(shown.stderr).toContain('2 events');
    const ranged = await bench.tacet([
      'search',
      'service:chat',
      '--from',
      '2025-01-06T10:30',
      '--to',
      '2025-01-06',
      '--dir',
      directory,
      ...PURPOSE,
      '--json',
    ]);
    expect(events(ranged)).toHaveLength(1);
  });

  it('has status 0 when nothing matches, and says when it scans', async () => {
    const none = await bench.tacet(['search', 'nowheretobefound', '--dir', directory, ...PURPOSE, '--json']);
    expect([none.status, none.stdout, none.stderr]).toEqual([0, '', '']);
    const scan = await bench.tacet(['search', '/li[sz]bon/i', '--dir', directory, ...PURPOSE, '--json']);
    expect([scan.status, events(scan).length]).toEqual([0, 1]);
  });

  it('names refused lines without their content and ends with status 1', async () => {
    const bad = Array.from({ length: 13 }, (_, at) => `broken ${CANARY} ${at}`);
    const path = await file('bad.jsonl', { msg: 'fine' }, ...bad, { msg: 'fine too' });
    const imported = await bench.tacet(['import', path, '--dir', directory]);
    expect(imported.status).toBe(1);
    expect(imported.stdout).toMatch(/^2 events from .*, 13 refused/);
    expect(imported.stderr.split('\n').filter((line) => line.includes('JSON_INVALID'))).toHaveLength(10);
    expect(imported.stderr).toContain('line 2 was refused');
    expect(imported.stderr).toContain('3 more refused');
    expect(imported.stderr).not.toContain(CANARY);
  });

  it('reads standard input, and names a missing file before it stores anything', async () => {
    const piped = await bench.tacet(['import', '-', '--dir', directory, '--json'], {
      stdin: '{"msg":"from a pipe"}\n',
    });
    expect([piped.status, JSON.parse(piped.stdout).events]).toEqual([0, 1]);
    const missing = await bench.tacet([
      'import',
      bench.path('a.jsonl'),
      bench.path('nothing'),
      '--dir',
      directory,
    ]);
    expect([missing.status, codeOf(missing)]).toEqual([2, 'FILE_UNREADABLE']);
  });

  it('does not store twice what an interrupted import had stored', async () => {
    const path = bench.path('a.jsonl');
    const again = await bench.tacet(['import', path, '--dir', directory]);
    expect(again.stdout).toContain('2 of them were stored before');
    expect(
      events(await bench.tacet(['search', '退款', '--dir', directory, ...PURPOSE, '--json'])),
    ).toHaveLength(1);
  });

  it('gives the canary to no thief of the directory', async () => {
    const canaries = await file(
      'canaries.txt',
      CANARY,
      'weather in Lisbon',
      `sk-proj-${'aB3xYz90'.repeat(6)}`,
    );
    const clean = await bench.tacet(['thief', '--dir', directory, '--canaries', canaries, '--json']);
    expect([clean.status, JSON.parse(clean.stdout).canaries]).toMatchObject([0, { tried: 3, found: [] }]);
  }, 60_000);
});

describe('who may read', () => {
  it('nobody without a purpose', async () => {
    for (const purpose of [[], ['--purpose', '  '], ['--purpose', 'ab']]) {
      const refused = await bench.tacet(['search', 'refund', '--dir', directory, ...purpose]);
      expect(refused.status).toBe(2);
      expect(codeOf(refused)).toMatch(/^PURPOSE_(MISSING|INVALID)$/);
      expect(refused.stderr).toContain('--purpose "');
    }
  });

  it('nobody with an ingest token, and no reader writes', async () => {
    const reading = await bench.tacet([
      'search',
      'refund',
      '--dir',
      directory,
      ...PURPOSE,
      '--token-file',
      founded.ingestTokenFile,
    ]);
    expect([reading.status, codeOf(reading)]).toEqual([2, 'NOT_ALLOWED']);
    const environment = { env: { TACET_TOKEN_FILE: founded.readerTokenFile } };
    const writing = await bench.tacet(['import', bench.path('a.jsonl'), '--dir', directory], environment);
    expect([writing.status, codeOf(writing)]).toEqual([2, 'NOT_ALLOWED']);
    const nonsense = await file('token', 'tacet_r_nonsense');
    const invalid = await bench.tacet([
      'search',
      'refund',
      '--dir',
      directory,
      ...PURPOSE,
      '--token-file',
      nonsense,
    ]);
    expect([invalid.status, codeOf(invalid)]).toEqual([2, 'TOKEN_INVALID']);
  });

  it('nobody without the identity and its passphrase', async () => {
    const wrong = await file('wrong.passphrase', 'correct horse battery staple');
    const search = ['search', 'refund', '--dir', directory, ...PURPOSE];
    expect(codeOf(await bench.tacet([...search, '--passphrase-file', wrong]))).toBe('IDENTITY_PASSPHRASE');
    expect(codeOf(await bench.tacet([...search, '--identity', bench.path('none')]))).toBe('IDENTITY_MISSING');
    expect(codeOf(await bench.tacet([...search, '--identity', wrong, '--passphrase-file', wrong]))).toBe(
      'IDENTITY_MALFORMED',
    );
    const stranger = {
      env: { XDG_CONFIG_HOME: bench.path('stranger'), TACET_TOKEN_FILE: founded.readerTokenFile },
    };
    const missing = await bench.tacet(search, stranger);
    expect([missing.status, codeOf(missing)]).toEqual([2, 'IDENTITY_MISSING']);
    const given = {
      ...stranger.env,
      TACET_IDENTITY: founded.identity,
      TACET_PASSPHRASE_FILE: founded.passphraseFile,
    };
    expect((await bench.tacet([...search, '--json'], { env: given })).status).toBe(0);
  });
});

describe('with a server running', () => {
  let server: Awaited<ReturnType<Workbench['serve']>>;
  beforeAll(async () => {
    server = await bench.serve(directory);
  }, 60_000);

  it('is found by the directory, and talked to over HTTP', async () => {
    const run = JSON.parse(await readFile(join(directory, 'run.json'), 'utf8'));
    expect(run).toMatchObject({ address: server.address, pid: server.process.pid });
    expect((await stat(join(directory, 'run.json'))).mode & 0o777).toBe(0o600);
    const path = await file('b.jsonl', { msg: 'through the server' }, 'broken');
    const imported = await bench.tacet(['import', path, '--dir', directory, '--json']);
    expect([imported.status, JSON.parse(imported.stdout)]).toMatchObject([
      1,
      { events: 1, refused: 1, segments: 1 },
    ]);
    const found = await bench.tacet(['search', 'through', '--dir', directory, ...PURPOSE, '--json']);
    expect(events(found)).toHaveLength(1);
  });

  it('is found by its address', async () => {
    const path = await file('c.jsonl', { msg: 'by address' });
    const to = ['--to', server.address];
    const imported = await bench.tacet([
      'import',
      path,
      ...to,
      '--token-file',
      founded.ingestTokenFile,
      '--json',
    ]);
    expect([imported.status, JSON.parse(imported.stdout)]).toMatchObject([
      0,
      { events: 1, bytes_stored: null },
    ]);
    const found = await bench.tacet([
      'search',
      '"by address"',
      ...to,
      '--to',
      '2100-01-01',
      ...PURPOSE,
      '--json',
    ]);
    expect(events(found)).toHaveLength(1);
  });

  it('has the directory to itself', async () => {
    const second = bench.start(['serve', '--dir', directory, '--port', '0']);
    let said = '';
    second.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    expect(await ended(second)).toBe(2);
    expect(said).toContain('STORE_LOCKED');
  });

  it('leaves nothing that misleads when it is killed', async () => {
    await ended(server.process, 'SIGKILL');
    expect(await readFile(join(directory, 'run.json'), 'utf8')).toContain(server.address);
    const found = await bench.tacet(['search', 'through', '--dir', directory, ...PURPOSE, '--json']);
    expect(events(found)).toHaveLength(1);
    const gone = await bench.tacet(['search', 'through', '--to', server.address, ...PURPOSE]);
    expect([gone.status, codeOf(gone)]).toEqual([2, 'SERVER_UNREACHABLE']);
  });
});

describe('wrong use', () => {
  it.each([
    [['frobnicate'], 'USAGE'],
    [['search', '--nope'], 'USAGE'],
    [['search', 'x', ...PURPOSE], 'USAGE'],
    [['search', 'x', '--dir', 'a', '--to', 'http://127.0.0.1:1', ...PURPOSE], 'USAGE'],
    [['search', '"open', '--dir', 'a', ...PURPOSE], 'QUERY_SYNTAX'],
    [['search', 'x', '--from', 'yesterday', '--dir', 'a', ...PURPOSE], 'QUERY_TIME'],
    [['search', 'x', '--limit', '0', '--dir', 'a', ...PURPOSE], 'USAGE'],
    [['search', 'x', '--to', 'http://logs.example.com', ...PURPOSE], 'USAGE'],
    [['import'], 'USAGE'],
    [['import', 'x', '--format', 'xml', '--dir', 'a'], 'USAGE'],
    [['serve', '--dir', '/nonexistent/d'], 'DIRECTORY_MISSING'],
    [['serve', '--dir', 'a', '--port', '99999'], 'USAGE'],
    [['init'], 'USAGE'],
    [['init', '--dir', 'a', '--workspace', 'a\nb'], 'USAGE'],
  ])('%j: status 2, %s', async (argv, code) => {
    const said = await bench.tacet(argv);
    expect([said.status, said.stdout, codeOf(said)]).toEqual([2, '', code]);
    const machine = await bench.tacet([...argv, '--json']);
    if (argv[0] !== 'serve')
      expect([machine.status, JSON.parse(machine.stderr).error.code]).toEqual([2, code]);
  });

  it('every command explains itself, with examples', async () => {
    for (const command of ['init', 'serve', 'import', 'search', 'thief']) {
      const help = await bench.tacet([command, '--help']);
      expect([help.status, help.stderr]).toEqual([0, '']);
      expect(help.stdout).toMatch(
        new RegExp(`Examples:\\n {2}tacet ${command}|Examples:[^]*tacet ${command}`),
      );
    }
    expect((await bench.tacet(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('a directory of a newer Tacet is named as such', async () => {
    await mkdir(bench.path('newer'));
    await writeFile(bench.path('newer/config.json'), JSON.stringify({ version: 2, anything: true }));
    const said = await bench.tacet(['search', 'x', '--dir', bench.path('newer'), ...PURPOSE]);
    expect([said.status, codeOf(said)]).toEqual([2, 'STORE_VERSION_NEWER']);
    expect(said.stderr).toContain('newer Tacet');
    await writeFile(bench.path('newer/config.json'), '{"version":1');
    expect(codeOf(await bench.tacet(['search', 'x', '--dir', bench.path('newer'), ...PURPOSE]))).toBe(
      'CONFIG_INVALID',
    );
  });

  it('listens on this machine only, unless a proxy stands in front', async () => {
    const child = bench.start(['serve', '--dir', directory, '--port', '0', '--host', '0.0.0.0']);
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    expect(await ended(child)).toBe(2);
    expect(said).toContain('--behind-proxy');
  });
});
