import { execFileSync } from 'node:child_process';
import { chmod, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEFAULT_POLICIES, issueToken } from '@tacet/access';
import type { Finding } from '@tacet/audit/watching';
import { protectIdentity } from '@tacet/seal';
import { folderSource, formatVerifierKey, parseVerifierKey, SIGNATURE_TYPE, signingKey } from '@tacet/trail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../testing/server.ts';
import { lookAtNetwork } from './self/network.ts';
import { lookAtPolicy } from './self/policy.ts';
import { lookAtTrail } from './self/trail.ts';

let test: TestServer;
beforeAll(async () => {
  test = await testServer();
});
afterAll(() => test.remove());

const checksOf = (findings: readonly { check: string }[]) => findings.map(({ check }) => check).sort();

async function look(): Promise<{ findings: Finding[]; undecided: string[] }> {
  const response = await test.administer('/v1/audit/self', {});
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as { findings: Finding[]; undecided: string[] };
}

describe('this installation', () => {
  it('finds little of itself when it is new, and says so in /readyz and /metrics, by numbers alone', async () => {
    expect(await (await test.request('/readyz')).text()).toBe('ok\n');
    const { findings, undecided } = await look();
    const own = findings.filter(({ check }) => check !== 'self-identity-near');
    expect(checksOf(own)).toEqual([
      'self-no-owner',
      'self-nobody-told',
      'self-token-endless',
      'self-token-endless',
      'self-trail-unwitnessed',
    ]);
    expect(undecided).toEqual([]);
    const ready = await test.request('/readyz');
    expect(ready.status).toBe(200);
    const text = await ready.text();
    expect(text).toMatch(/^ok\naudit: critical 0, high 0, medium 1, low \d, info 1\n$/);
    const metrics = await (await test.request('/metrics')).text();
    expect(metrics).toContain('tacet_audit_findings{severity="medium"} 1\n');
    for (const { fingerprint, title } of findings)
      for (const told of [text, metrics]) {
        expect(told).not.toContain(fingerprint);
        expect(told).not.toContain(title);
      }
  });

  it('finds keys that others can read, identities and tokens inside, backups, and sees them go', async () => {
    const { layout } = test.server;
    const identity = join(layout.root, 'me.identity');
    const token = join(layout.keys, 'old.token');
    const backup = join(dirname(layout.root), 'store.tar.zst');
    await chmod(layout.root, 0o755);
    await chmod(join(layout.keys, 'log'), 0o644);
    await writeFile(
      identity,
      await protectIdentity(test.identity, 'correct horse battery staple', { workFactor: 10 }),
    );
    await writeFile(token, `${test.tokens.reader}\n`, { mode: 0o600 });
    await writeFile(backup, 'x', { mode: 0o644 });
    const bad = ['self-directory-readable', 'self-identity-inside', 'self-key-readable'];
    const all = [...bad, 'self-token-inside', 'self-backup-readable'];
    const { findings } = await look();
    for (const check of all) expect(checksOf(findings)).toContain(check);
    expect(JSON.stringify(findings)).not.toContain(test.tokens.reader);
    await chmod(layout.root, 0o700);
    for (const path of [identity, token, backup]) await rm(path);
    const after = await look();
    for (const check of all) expect(checksOf(after.findings)).not.toContain(check);
    const { findings: kept } = (await (await test.administer('/v1/audit/findings')).json()) as {
      findings: { state: string; finding: Finding }[];
    };
    const gone = kept.filter(({ state }) => state === 'gone').map(({ finding }) => finding);
    for (const check of all) expect(checksOf(gone)).toContain(check);
  });

  it('keeps the lock of the directory, which closing the file would give up', async () => {
    const lock = new URL('../directory/lock.ts', import.meta.url).href;
    const script = `import(${JSON.stringify(lock)}).then(({ isLocked }) => console.log(isLocked(process.argv[1])))`;
    const held = () =>
      execFileSync(process.execPath, ['-e', script, test.server.layout.lock], { encoding: 'utf8' });
    expect(held()).toBe('true\n');
    await look();
    expect(held()).toBe('true\n');
  });

  it('finds tokens that ended or that nobody uses, and accounts with an open link', async () => {
    const { control } = test.server.stores;
    const rootHash = new Uint8Array(Buffer.from(test.server.config.rootHash, 'hex'));
    const now = Math.floor(Date.now() / 1000);
    const issue = (created: number, expires?: number) =>
      issueToken({
        ...{ role: 'ingest', workspace: 'acme', rootHash, lowestEpoch: 1, now: created },
        ...(expires !== undefined && { expires }),
      }).record;
    await control.addToken(issue(now - 91 * 86_400));
    await control.addToken(issue(now - 100, now - 50));
    await test.administer('/v1/users', { name: 'anna', role: 'owner' });
    const { findings } = await look();
    const found = checksOf(findings);
    for (const check of ['self-token-unused', 'self-token-expired', 'self-link-open'])
      expect(found).toContain(check);
    expect(found).not.toContain('self-no-owner');
  });

  it('finds what a clear column holds, and repeats none of it', async () => {
    const { log } = test.server.stores;
    const secret = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
    const rows = log.clearRows.bind(log);
    // No way in lets such a value through: it is put under the audit's eyes.
    log.clearRows = async () => [
      {
        ...(await rows({ workspace: 'acme', limit: 1 }))[0]!,
        service: `job ${secret}`,
        operation: 'anna@example.com',
      },
    ];
    try {
      await test.ingest('/v1/events', '{"msg":"x"}');
      const { findings } = await look();
      const clear = findings.filter(({ check }) => check === 'self-clear-secret');
      expect(clear.map(({ subject }) => subject).sort()).toEqual(['column:operation', 'column:service']);
      expect(JSON.stringify(clear)).not.toContain(secret);
      expect(JSON.stringify(clear)).not.toContain('anna@example');
      expect(JSON.stringify(clear)).toContain('github-token');
    } finally {
      log.clearRows = rows;
    }
    expect(checksOf((await look()).findings)).not.toContain('self-clear-secret');
  });

  it('leaves open what it could not decide', async () => {
    const { log } = test.server.stores;
    const { clearRows } = log;
    log.clearRows = () => Promise.reject(new Error('away'));
    const { undecided } = await look().finally(() => {
      log.clearRows = clearRows;
    });
    expect(undecided).toEqual(['self-clear-secret']);
  });

  it('finds a trail that was changed, and a witness that is silent', async () => {
    const { trail, config, layout } = test.server;
    const key = parseVerifierKey(config.trailVerifier!);
    const own = { workspace: 'acme' };
    expect(checksOf(await lookAtTrail(trail, key, own, Date.now).look())).toEqual(['self-trail-unwitnessed']);
    const silent = await signingKey(new Uint8Array(32), SIGNATURE_TYPE.cosignature, () => 'w.example/w1');
    const verifier = formatVerifierKey(silent.key);
    const watched = { workspace: 'acme', witnesses: [{ url: 'http://127.0.0.1:1', verifier }] };
    expect(checksOf(await lookAtTrail(trail, key, watched, Date.now).look())).toEqual([
      'self-witness-behind',
    ]);
    const copy = join(test.directory, '..', 'copy');
    await trail.publish();
    await cp(layout.trail, copy, { recursive: true });
    const checkpoint = join(copy, 'checkpoint');
    await writeFile(checkpoint, (await readFile(checkpoint, 'utf8')).replace(/\n\d+\n/, '\n1\n'));
    const changed = { publish: trail.publish.bind(trail), source: folderSource(copy) };
    expect(checksOf(await lookAtTrail(changed, key, own, Date.now).look())).toEqual(['self-trail-broken']);
  });

  it('finds ports that others reach, and a certificate that ends', async () => {
    const now = () => Date.now();
    const at = (where: Parameters<typeof lookAtNetwork>[0]) =>
      lookAtNetwork(where, now).look().then(checksOf);
    expect(await at({ address: 'http://127.0.0.1:4318', grpc: 'http://[::1]:4317' })).toEqual([]);
    expect(await at({ address: 'http://0.0.0.0:4318', grpc: 'http://0.0.0.0:4317' })).toEqual([
      'self-grpc-plain',
      'self-metrics-public',
      'self-proxy-bypass',
    ]);
    const { generate } = await import('selfsigned');
    const { cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      notAfterDate: new Date(Date.now() + 3 * 86_400_000),
    });
    const file = join(test.directory, '..', 'cert.pem');
    await writeFile(file, cert);
    expect(await at({ address: 'https://0.0.0.0:4318', tlsCert: file })).toEqual([
      'self-certificate-ends',
      'self-metrics-public',
    ]);
  });
});

describe('the policy', () => {
  const judge = async (...more: string[]) => {
    const files = [...DEFAULT_POLICIES, ...more.map((text, at) => ({ name: `${at}.cedar`, text }))];
    return lookAtPolicy(files, Date.now).look();
  };

  it('is found when it permits more, or to anybody', async () => {
    expect(await judge()).toEqual([]);
    const night = 'forbid (principal, action in Action::"content", resource) when { context.weekday > 5 };';
    expect(checksOf(await judge(night))).toEqual(['self-policy-changed']);
    const wider = await judge(
      'permit (principal in Role::"analyst", action == Action::"release", resource);',
    );
    expect(checksOf(wider)).toEqual(['self-policy-changed', 'self-policy-wider']);
    expect(wider[1]?.proof?.reply).toBe('permitted: analyst (token): release; analyst (user): release');
    const anybody = await judge('permit (principal, action == Action::"list-tokens", resource);');
    expect(checksOf(anybody)).toEqual(['self-policy-changed', 'self-policy-undenied', 'self-policy-wider']);
  });
});
