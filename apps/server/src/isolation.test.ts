import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { encodePurpose, hashCode, newCode } from '@tacet/access';
import { AUTHORITY_LISTS, encodeClear, makeKeyrings, toHex } from '@tacet/seal';
import { httpSearchServer, search } from '@tacet/search/client';
import { encodeEnd, encodeSent, encodeStart, SEGMENTS_TYPE } from '@tacet/search/wire';
import type { SegmentRow } from '@tacet/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAuthority } from './authority.ts';
import { keyringsOf } from './authority-changes.ts';
import { layoutOf } from './directory/layout.ts';
import { type Founding, foundDirectory } from './found.ts';
import { openServer, type Server } from './open.ts';
import { ROUTES, type Route } from './routes/table.ts';
import { openControlOf } from './stores.ts';
import { codeIn, type TestServer, testServer } from './testing/server.ts';

// Two workspaces in the same databases, each with a server. Everything of the one is tried at the other.

const NAME = 'bartholomew';
const ID = 'b0'.repeat(16);

let acme: TestServer;
let other: Server;
let founding: Founding;
/** What belongs to the other workspace, by what it is. */
let theirs: {
  segment: SegmentRow;
  session: { id: Uint8Array; record: Uint8Array };
  epochs: Uint8Array[];
  keyring: Uint8Array;
  token: string;
  cookie: string;
};

const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** A second workspace whose server uses the stores of the first. */
async function second(): Promise<void> {
  const directory = join(acme.directory, '..', 'other');
  founding = await foundDirectory({ directory, workspace: 'other', now: Date.now(), keep: async () => {} });
  const { log, control } = acme.server.stores;
  const alone = await openControlOf(layoutOf(directory), {});
  for (const list of AUTHORITY_LISTS)
    for (const record of await alone.records('other', list))
      await control.appendRecord('other', list, record);
  for (const token of await alone.listTokens('other')) await control.addToken(token);
  await alone.close();
  const kept = <T extends object>(store: T): T =>
    new Proxy(store, {
      get: (of, name) => {
        const value: unknown = name === 'close' ? async () => {} : Reflect.get(of, name);
        return typeof value === 'function' ? value.bind(of) : value;
      },
    });
  const stores = { log: kept(log), control: kept(control), joint: true };
  other = await openServer({ directory, openStores: async () => stores });
}

const askOther = (path: string, init: RequestInit & { token: string }) =>
  other.app.request(`http://localhost${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${init.token}`, 'Tacet-Purpose': encodePurpose('a test') },
  });

async function found(): Promise<unknown[]> {
  const server = httpSearchServer({
    url: 'http://localhost',
    token: founding.tokens.reader,
    fetch: async (request) => other.app.fetch(request),
  });
  const { identity } = founding;
  const run = search({ server, identity, query: 'needle', purpose: 'a test' });
  return (await Array.fromAsync(run)).map(({ event }) => event.body);
}

beforeAll(async () => {
  acme = await testServer();
  await acme.ingest('/v1/events', '{"msg":"of acme"}');
  await second();
  const body = '{"msg":"needle of the other"}';
  const sent = await askOther('/v1/events', { method: 'POST', body, token: founding.tokens.ingest });
  expect(sent.status, await sent.clone().text()).toBe(200);
  const { control, log } = acme.server.stores;
  const [session] = await control.sessions('other');
  const periods = await control.periods('other');
  const query = { workspace: 'other', formula: { all: true as const }, keys: { first: 0, tokens: [] } };
  expect(periods).toHaveLength(1);
  const [hit] = await log.match({ ...query, limit: 10 });
  const [segment] = await log.fetch('other', [hit!.id]);
  const created = await askOther('/v1/tokens', {
    method: 'POST',
    body: '{"role":"ingest"}',
    token: founding.tokens.owner,
  });
  const authority = await loadAuthority(control, 'other', founding.rootHash);
  const secrets = new Map([[toHex(session!.id), new Uint8Array(32)]]);
  const epoch = authority.epochs[0]!;
  const [keyring] = await makeKeyrings(founding.identity, authority, epoch, secrets, Date.now());
  await control.appendRecord('other', keyringsOf(1, founding.identity.reader.id), keyring!);
  await control.addUser({
    id: ID,
    workspace: 'other',
    name: NAME,
    role: 'owner',
    created: 0,
    disabled: false,
  });
  const cookie = newCode();
  const seconds = Math.floor(Date.now() / 1000);
  const web = { workspace: 'other', user: ID, method: 'password' as const, created: seconds, seen: seconds };
  await control.addWebSession({ ...web, hash: hashCode(cookie)!, expires: seconds + 1_000 });
  const asked = { workspace: 'other', reader: ID, rows: 5, purpose: randomBytes(40), asked: seconds };
  await control.askApproval({ ...asked, id: ID });
  const erasure = { id: ID, state: 'approved', replaced: {}, pending: {}, rows: 0, actor: ID };
  const text = { text: '{}', key: '', signature: '' };
  await control.beginAudit({
    id: ID,
    workspace: 'other',
    scope: 'shop',
    started: seconds,
    lease: seconds + 999,
  });
  const found = { severity: 'high', state: 'open' as const, first: seconds, last: seconds, returns: 0 };
  const report = { id: ID, fingerprint: ID, state: 'received' as const, received: seconds, due: seconds };
  await control.changeFindings('other', () => ({
    reports: [{ ...report, workspace: 'other', body: randomBytes(40) }],
    findings: [{ ...found, workspace: 'other', fingerprint: ID, body: randomBytes(40) }],
  }));
  await control.putErasure({
    id: Buffer.from(ID, 'hex'),
    workspace: 'other',
    body: Buffer.from(JSON.stringify({ ...erasure, request: text })),
  });
  theirs = {
    segment: segment!,
    session: session!,
    epochs: await control.records('other', 'epochs'),
    keyring: keyring!,
    token: ((await created.json()) as { id: string }).id,
    cookie,
  };
}, 60_000);
afterAll(async () => {
  await other.close();
  await acme.remove();
});

interface Attempt {
  body?: unknown;
  query?: string;
  type?: string;
  /** What it is answered; nothing of the other workspace whatever it is. */
  code?: string;
}

/** For each route, what of the other workspace it is given; routes that take no name of anything get nothing. */
function attempts(): Record<Exclude<Route, OpenRoute>, Attempt> {
  const { segment, session, epochs, keyring, token } = theirs;
  const ids = [toHex(segment.id)];
  const signed = { text: '{}', key: b64(new Uint8Array(32)), signature: b64(new Uint8Array(64)) };
  const frame = encodeSent({
    ...segment,
    share: new Uint8Array(32),
    clear: encodeClear(segment.clear),
    batches: Buffer.concat(segment.batches),
  });
  const stream = Buffer.concat([encodeStart(), frame, encodeEnd(1)]);
  const record = { body: session.record, type: 'application/octet-stream' };
  const none = {};
  const erasure = { code: 'ERASURE_UNKNOWN' };
  return {
    'POST /v1/logs': none,
    'POST /v1/traces': none,
    'POST /v1/events': { body: '{"msg":"x"}', type: 'application/x-ndjson' },
    'GET /v1/sealed/authority': none,
    'POST /v1/sealed/sessions': { ...record, code: 'SESSION_INVALID' },
    'POST /v1/sealed/segments': { body: stream, type: SEGMENTS_TYPE, code: 'SESSION_INVALID' },
    'POST /v1/sealed/statements': { ...record, code: 'SESSION_INVALID' },
    'POST /v1/sealed/known': { body: segment.batches[0]!, type: 'application/octet-stream' },
    'GET /v1/authority': none,
    'POST /v1/authority': { body: { epochs: epochs.map(b64) }, code: 'EPOCH_INVALID' },
    'GET /v1/keyrings': { query: `epoch=1&reader=${toHex(founding.identity.reader.id)}` },
    'POST /v1/keyrings': { body: { keyring: b64(keyring) }, code: 'KEYRING_INVALID' },
    'POST /v1/plan': { body: {} },
    'POST /v1/match': { body: { formula: { all: true }, keys: { first: 0, tokens: [] }, limit: 100 } },
    'POST /v1/release': { body: { ids, search: ID, query: 'c0'.repeat(32) } },
    'GET /v1/facts': { query: 'by=service' },
    'GET /v1/erasures': none,
    'POST /v1/erasures': { body: { request: signed, sealed: '' }, code: 'ERASURE_INVALID' },
    'POST /v1/erasures/approve': { body: { id: ID, approval: signed }, ...erasure },
    'POST /v1/erasures/sessions': { query: `id=${ID}`, ...record, ...erasure },
    'POST /v1/erasures/segments': { query: `id=${ID}`, body: stream, type: SEGMENTS_TYPE },
    'POST /v1/erasures/emptied': { body: { id: ID, segments: ids }, ...erasure },
    'POST /v1/erasures/finish': { body: { id: ID }, ...erasure },
    'GET /v1/tokens': none,
    'POST /v1/tokens': { body: { role: 'analyst' } },
    'POST /v1/tokens/revoke': { body: { id: token }, code: 'TOKEN_UNKNOWN' },
    'POST /v1/trail/manifests': { body: { ids } },
    'POST /v1/trail/segments': { body: { ids } },
    'GET /v1/trail/checkpoint': none,
    'GET /v1/trail/witnessed/*': none,
    'GET /v1/trail/tile/*': none,
    'GET /v1/trail/openings': none,
    'GET /v1/approvals': none,
    'POST /v1/approvals': { body: { id: ID, rows: 5 }, code: 'APPROVAL_UNKNOWN' },
    'GET /v1/users': none,
    'POST /v1/users': { body: { name: 'carol', role: 'reader' } },
    'POST /v1/users/link': { body: { name: NAME }, code: 'USER_UNKNOWN' },
    'POST /v1/users/disable': { body: { name: NAME }, code: 'USER_UNKNOWN' },
    'GET /v1/audit/findings': none,
    'GET /v1/audit/runs': none,
    'POST /v1/audit/runs': { body: { scope: 'shop' } },
    'POST /v1/audit/runs/renew': { body: { id: ID }, code: 'AUDIT_OVER' },
    'POST /v1/audit/runs/finish': {
      body: { id: ID, complete: true, findings: [], covered: [], targets: [] },
      code: 'AUDIT_OVER',
    },
    'POST /v1/audit/self': none,
    'POST /v1/audit/accept': {
      body: { fingerprint: ID, reason: 'not ours', until: Math.floor(Date.now() / 1000) + 999 },
      code: 'FINDING_UNKNOWN',
    },
    'GET /v1/audit/reports': { query: `finding=${ID}` },
    'POST /v1/audit/answer': { body: { fingerprint: ID, state: 'fixed' }, code: 'REPORT_UNKNOWN' },
    'GET /v1/account': none,
    'POST /v1/account/sign-out': none,
    'POST /v1/account/sessions/end': none,
    'POST /v1/account/passkeys/begin': none,
    'POST /v1/account/passkeys/finish': none,
  };
}

type OpenRoute = { [R in Route]: (typeof ROUTES)[R] extends 'open' ? R : never }[Route];

function tokenFor(action: string): string {
  if (action === 'ingest') return acme.tokens.ingest;
  return ['keyrings', 'plan', 'match', 'release', 'manifests'].includes(action)
    ? acme.tokens.reader
    : acme.tokens.owner;
}

describe('a workspace beside another in the same databases', () => {
  it('gives nothing of it to anybody and changes nothing of it, by whichever route', async () => {
    const { segment, session, epochs, keyring, token } = theirs;
    const all = attempts();
    const closed = Object.entries(ROUTES).filter(([, action]) => action !== 'open');
    expect(Object.keys(all).sort()).toEqual(closed.map(([route]) => route).sort());
    const secret = [
      ...[segment.ciphertext, segment.header, segment.signature, session.record, keyring, ...epochs],
      ...[segment.id, session.id].flatMap((id) => [id, Buffer.from(toHex(id))]),
      ...[ID, NAME, token].map((text) => Buffer.from(text)),
    ];
    const unchanged = async () => {
      const { control, log } = acme.server.stores;
      return JSON.stringify([
        await control.listTokens('other').then((tokens) => tokens.map(({ id }) => id)),
        await control.users('other'),
        await control.approvals('other', 10),
        await control.erasures('other'),
        await control.audits('other', 10),
        await control.auditFindings('other'),
        await control.outsideReports('other', 10),
        await control.recordsSeen('other'),
        await log.days('other'),
      ]);
    };
    const before = await unchanged();
    const refused: Record<string, unknown[]> = {};
    for (const [route, attempt] of Object.entries(all)) {
      const [method, path] = route.split(' ') as [string, string];
      const { body, query, type = 'application/json', code } = attempt;
      const json = body !== undefined && !(body instanceof Uint8Array) && typeof body !== 'string';
      const response = await acme.request(query === undefined ? path : `${path}?${query}`, {
        method,
        ...(method === 'POST' && { body: json ? JSON.stringify(body) : ((body ?? '') as BodyInit) }),
        headers: {
          Authorization: `Bearer ${tokenFor(ROUTES[route as Route])}`,
          'Tacet-Purpose': encodePurpose('a test'),
          'Content-Type': type,
          Origin: 'http://localhost',
        },
      });
      const answer = Buffer.from(await response.arrayBuffer());
      for (const bytes of secret) {
        expect([route, answer.includes(bytes)]).toEqual([route, false]);
        expect([route, answer.includes(b64(bytes))]).toEqual([route, false]);
      }
      expect(response.status, `${route} ${answer}`).toBeLessThan(500);
      if (code !== undefined) refused[route] = [code, JSON.parse(`${answer}`).error?.code];
      if (route === 'POST /v1/sealed/known') expect([...answer]).toEqual([0]);
    }
    expect(Object.entries(refused).filter(([, [wanted, got]]) => wanted !== got)).toEqual([]);
    expect(await unchanged()).toBe(before);
    expect(await found()).toEqual(['needle of the other']);
  });

  it('is open to nobody who is signed in there', async () => {
    for (const [route, action] of Object.entries(ROUTES)) {
      if (action !== 'own-account') continue;
      const [method, path] = route.split(' ') as [string, string];
      const headers = { Cookie: `tacet=${theirs.cookie}`, Origin: 'http://localhost' };
      const response = await acme.request(path, { method, headers });
      expect([route, await codeIn(response)]).toEqual([route, 'SIGNIN_ENDED']);
    }
  });
});
