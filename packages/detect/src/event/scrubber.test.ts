import type { Attributes, Event, Json } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.ts';
import { fill, seeded } from '../template.ts';

const detector = createDetector({ fingerprintKey: new Uint8Array(32).fill(5) });
const made = fill('<b62:40>', seeded(7));
const github = fill('ghp_<b62:36>', seeded(8));
const jwt = `eyJhbGciOiJIUzI1NiJ9.${fill('eyJzdWIi<w:30>.<w:43>', seeded(9))}`;

function event(attributes: Attributes): Event {
  return {
    time: '0',
    kind: 'span',
    service: 's',
    operation: 'o',
    severity: '',
    status: '',
    provider: '',
    model: '',
    attributes,
  };
}

function scrub(attributes: Attributes): Json {
  return detector.scrub(event(attributes)).event.attributes!;
}

/** Whether the value of `key` goes. */
function goes(key: string, value: string): boolean {
  const before = event({ [key]: value });
  const { found } = detector.scrub(before);
  expect(detector.mayHold(JSON.stringify(before)) || found === 0).toBe(true);
  return found > 0;
}

describe('a member whose key tells', () => {
  it.each([
    'password',
    'Password',
    'user_password',
    'passwd',
    'pwd',
    'pass',
    'db.password',
    'DB_PASSWORD_PROD',
    'password1',
    'passphrase',
    'secret',
    'clientSecret',
    'client_secret',
    'api_key',
    'apiKey',
    'x-api-key',
    'API Key',
    'apikey',
    'access_key',
    'secretAccessKey',
    'private_key',
    'access_token',
    'refreshToken',
    'http.request.header.authorization',
    'connection_string',
    'ConnectionString',
  ])('%s', (key) => {
    expect(goes(key, 'Xy7!swordfish')).toBe(true);
    expect(goes(key, '[secret:password]')).toBe(false);
    for (const none of [
      '',
      ' ',
      'null',
      'true',
      '***',
      '<redacted>',
      '[REDACTED]',
      '{{PASSWORD}}',
      '$PASSWORD',
    ]) {
      expect(goes(key, none), none).toBe(false);
    }
  });

  it.each(['token', 'auth', 'credentials'])('%s, when the value looks made', (key) => {
    expect(goes(key, 'a8f5f167f44f4964')).toBe(true);
    expect(goes(key, ' hello')).toBe(false);
    expect(goes(key, 'disabled')).toBe(false);
  });

  it.each([
    'input_tokens',
    'max_tokens',
    'gen_ai.usage.input_tokens',
    'token_count',
    'token_type',
    'trace_id',
    'span_id',
    'etag',
    'sha',
    'sha256',
    'authorization_code_flow',
    'next_page_token',
    'eos_token',
    'public_key',
    'primary_key',
    'cache_key',
    'prompt_cache_key',
    'secretary',
    'passed',
    'bypass',
    'compass',
    'author',
    'keyboard',
    'monkey',
    'password_policy_id',
    'reset_password',
    'key',
    'id',
    'session_id',
  ])('not %s', (key) => {
    expect(goes(key, '9e107d9d372bb6826bd81d3542a419d6')).toBe(false);
  });

  it('keeps numbers, and strings that count', () => {
    expect(goes('token', '512')).toBe(false);
    expect(detector.scrub(event({ max_password_length: 64, token: 5 })).found).toBe(0);
  });

  it('tells of every string in a list under it', () => {
    expect(scrub({ headers: { authorization: ['Bearer abcdefgh12345678', 'Basic dXNlcjpwYXNz'] } })).toEqual({
      headers: { authorization: ['Bearer [secret:bearer-token]', 'Basic [secret:basic-credentials]'] },
    });
  });

  it('tells of the value beside a name', () => {
    expect(scrub({ headers: [{ name: 'X-Api-Key', value: 'a8f5f167f44f' }] })).toEqual({
      headers: [{ name: 'X-Api-Key', value: '[secret:api-key]' }],
    });
    expect(scrub({ list: [{ key: 'password', value: { stringValue: 'swordfish' } }] })).toEqual({
      list: [{ key: 'password', value: { stringValue: '[secret:password]' } }],
    });
  });

  it('tells of the argument after an option', () => {
    expect(scrub({ argv: ['tool', '--password', 'swordfish', '--verbose', 'yes'] })).toEqual({
      argv: ['tool', '--password', '[secret:password]', '--verbose', 'yes'],
    });
  });

  it('keeps what a rule knows better, and covers the rest', () => {
    const text = JSON.stringify(
      scrub({ authorization: `token ${github}`, cookie: `a=1234567; s=${jwt}; b=x1` }),
    );
    expect(text).toMatch(/"token \[secret:github-token:[0-9a-f]{32}\]"/);
    expect(text).toMatch(/\[secret:cookie\]\[secret:jwt:[0-9a-f]{32}\]\[secret:cookie\]/);
  });

  it('leaves the address in a connection string whose password was found', () => {
    const uri = 'postgres://app:s3cretXY@db.internal/app';
    expect(scrub({ connection_string: uri })).toEqual({
      connection_string: 'postgres://app:[secret:postgres-password]@db.internal/app',
    });
    expect(scrub({ connection_string: 'Server=db;Uid=sa;Zzz=1' })).toEqual({
      connection_string: '[secret:connection-string]',
    });
  });

  it('names the kind by the provider in the key', () => {
    expect(JSON.stringify(scrub({ env: { MISTRAL_API_KEY: made.slice(0, 32) } }))).toContain(
      'mistral-api-key:',
    );
  });
});

describe('scrub', () => {
  it('gives back the same object when it finds nothing', () => {
    const before = event({ a: ['x', { b: 'y' }] });
    const result = detector.scrub(before);
    expect(result.event).toBe(before);
    expect(result.found).toBe(0);
  });

  it('keeps the identity of what holds no secret', () => {
    const before = event({ clean: { a: 1 }, dirty: github });
    const after = detector.scrub(before).event;
    expect(after.attributes!.clean).toBe(before.attributes!.clean);
  });

  it('counts kinds, and adds to counts that are there', () => {
    const before = {
      ...event({ a: github, b: `x ${github}`, password: 'swordfish' }),
      secrets: { password: 2 },
    };
    const { event: after, found } = detector.scrub(before);
    expect(found).toBe(3);
    expect(after.secrets).toEqual({ 'github-token': 2, password: 3 });
  });

  it('replaces keys and keeps every member when two become the same', () => {
    const after = scrub({
      [`https://u:${'abcd1'}@h.example/`]: 1,
      [`https://u:${'abcd2'}@h.example/`]: 2,
    }) as Attributes;
    expect(Object.keys(after)).toEqual([
      'https://u:[secret:url-password]@h.example/',
      'https://u:[secret:url-password]@h.example/#+-',
    ]);
    expect(Object.values(after)).toEqual([1, 2]);
  });

  it('keeps an own member called __proto__', () => {
    const attributes = JSON.parse(`{"__proto__":{"x":"${github}"},"constructor":"${github}"}`) as Attributes;
    const after = JSON.stringify(scrub(attributes));
    expect(after).toMatch(/^\{"__proto__":\{"x":"\[secret:github-token:/);
  });

  it('gives one secret one fingerprint, however it was written', () => {
    const slashed = fill('IQoJb3JpZ2lu<b64:120>', seeded(3)).replace(/.{8}$/, '/a/b/c/d');
    const forms = {
      a: slashed,
      b: JSON.stringify({ slashed }).replaceAll('/', '\\/'),
      c: `x=${encodeURIComponent(slashed)}`,
      d: btoa(`{"x":"${slashed}"}`),
    };
    const prints = JSON.stringify(scrub(forms)).match(/aws-session-token:[0-9a-f]{32}/g);
    expect(prints).toHaveLength(4);
    expect(new Set(prints).size).toBe(1);
  });

  it('gives a private key one fingerprint, with line breaks or their escapes', () => {
    const body = fill('<b64:64>', seeded(4));
    const lines = (end: string) =>
      `-----BEGIN PRIVATE KEY-----${end}${body}${end}${body}${end}-----END PRIVATE KEY-----`;
    const prints = JSON.stringify(
      scrub({ a: lines('\n'), b: lines('\\n'), c: JSON.stringify(lines('\r\n')) }),
    ).match(/private-key:[0-9a-f]{32}/g);
    expect(prints).toHaveLength(3);
    expect(new Set(prints).size).toBe(1);
  });

  it('gives another fingerprint under another key', () => {
    const other = createDetector({ fingerprintKey: new Uint8Array(32).fill(6) });
    expect(other.scrubText(github).text).not.toBe(detector.scrubText(github).text);
  });

  it('refuses an event that is nested without end', () => {
    let body: Json = 'x';
    for (let i = 0; i < 1100; i++) body = [body];
    expect(() => detector.scrub({ ...event({}), body })).toThrow(
      expect.objectContaining({ code: 'EVENT_TOO_DEEP' }),
    );
  });

  it('takes strings of megabytes', () => {
    const filler = 'The quick brown fox jumps over the lazy dog. '.repeat(60_000);
    const { text, found } = detector.scrubText(`${filler}${github}${filler}password=swordfish1 ${filler}`);
    expect(found.map(({ kind }) => kind)).toEqual(['github-token', 'password']);
    expect(text).not.toContain(github);
  });
});

describe('scan', () => {
  it('says whether a checksum holds', () => {
    const [whole] = detector.scan(fill('ghp_<b62:30><crc6>', seeded(11)));
    const [broken] = detector.scan(fill('ghp_<b62:35>0', seeded(11)));
    expect([whole!.certain, broken!.certain]).toEqual([true, false]);
    expect(detector.scan(jwt)[0]!.certain).toBeUndefined();
  });
});

describe('createDetector', () => {
  it('refuses a fingerprint key of another length', () => {
    expect(() => createDetector({ fingerprintKey: new Uint8Array(16) })).toThrow(RangeError);
  });
});
