import { createDetector, withoutClaims } from '@tacet/detect';
import { loadRules } from '@tacet/detect/rules';
import type { Event, Json } from '@tacet/records';
import { expect, it } from 'vitest';
import { mutatedLines } from '../../detect/src/fuzzing.ts';
import { seeded } from '../../detect/src/template.ts';
import { rowOf, textOf } from './row.ts';
import { RowBuilder } from './rows.ts';

const NAMES = [
  'password',
  'api_key',
  'x',
  'Authorization',
  'cookie',
  'openai',
  'aws_secret_access_key',
  'url',
  'mykey',
  'tkn',
];
const PLAIN = [
  'hunter2',
  'info',
  '5f4dcc3b5aa765d61d8327deb882cf99',
  'Zm9vYmFyYmF6cXV4cXV1eA==',
  '',
  'a "b" \\',
  'abcdef1234',
  'mykey: zyxw9876',
];

const OWN_RULES = `
[extend]
useDefault = true
[[rules]]
id = "own-name"
regex = '''mykey["'=:\\s]{1,5}([a-z0-9]{8,})'''
keywords = ["mykey"]
[[rules]]
id = "own-member"
regex = '''"tkn":"([a-f0-9]{6,})"'''
keywords = ["tkn"]
`;

it.each([
  ['built-in', undefined],
  ["a user's", loadRules([{ name: 'rules.toml', text: OWN_RULES }], { events: true })],
])(
  'looking only into the strings in which the kernel sees a keyword makes of a row what looking into all of them does: %s rules',
  (_, rules) => {
    const detector = createDetector({ fingerprintKey: new Uint8Array(32), ...rules });
    const builder = new RowBuilder(detector, Math.random);
    const random = seeded(20261126);
    const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const lines = mutatedLines(['{"level":"info","msg":"GET /v1/models 200"}'], random);
    const line = () => (random() < 0.3 ? one(PLAIN) : lines.next().value!);
    const value = (): Json => {
      const form = random();
      if (form < 0.15) return [one(['--password', '--token', 'x']), line()];
      if (form < 0.3) return { name: one(NAMES), value: line() };
      if (form < 0.4) return [line(), { [one(NAMES)]: 7 }, { stringValue: line() }];
      if (form < 0.5) return `密码🔑：\n"${line()}"\ud800 ${line()}`;
      return form < 0.6 ? JSON.stringify({ [one(NAMES)]: line(), x: JSON.stringify([line()]) }) : line();
    };
    let found = 0;
    for (let count = 0; count < 1000; count++) {
      const attributes = Object.fromEntries(
        Array.from({ length: 3 }, () => [random() < 0.1 ? line().slice(0, 60) : one(NAMES), value()]),
      );
      const head = {
        time: '1736121600000000001',
        kind: 'log',
        service: 's',
        operation: '',
        severity: 'info',
      };
      const event = {
        ...head,
        status: '',
        provider: '',
        model: '',
        body: line(),
        attributes,
      } as unknown as Event;
      const text = withoutClaims(JSON.stringify(event));
      const expected = detector.scrub(JSON.parse(text) as Event);
      const bytes = new TextEncoder().encode(JSON.stringify(event));
      const scrubbed = builder.scrub({ bytes, start: 0, end: bytes.length });
      expect(textOf(scrubbed)).toBe(expected.found > 0 ? textOf(rowOf(expected.event)) : text);
      found += Number(expected.found > 0);
    }
    expect(found).toBeGreaterThan(500);
  },
);

it('finds the same in a row with more keywords than can be told', () => {
  const detector = createDetector({ fingerprintKey: new Uint8Array(32) });
  const builder = new RowBuilder(detector, Math.random);
  const head = { time: '1736121600000000001', kind: 'log', service: 's', operation: '', severity: 'info' };
  // Half of what the kernel has room for, which is the most that it can tell of, and a few more.
  const body = Array.from({ length: 0x4000 + 8 }, (_, index) =>
    index % 1000 === 0 ? `password=Xy7-${index}-qLm` : 'api_key',
  );
  const event = { ...head, status: '', provider: '', model: '', body } as unknown as Event;
  const expected = detector.scrub(event);
  expect(expected.found).toBeGreaterThan(10);
  const bytes = new TextEncoder().encode(JSON.stringify(event));
  const scrubbed = builder.scrub({ bytes, start: 0, end: bytes.length });
  expect(textOf(scrubbed)).toBe(textOf(rowOf(expected.event)));
});
