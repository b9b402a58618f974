import { codeOf } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Setting } from '../setting.ts';
import { readCaddy, readNats, readNginx } from './blocks.ts';
import { readDockerfile } from './dockerfile.ts';
import { readIni, readOptions, readPairs, readRows, readWords } from './keyed.ts';
import { readAssignments } from './python.ts';
import { readXml } from './xml.ts';
import { readManifests, readYaml } from './yaml.ts';

const READERS = {
  readCaddy,
  readNats,
  readNginx,
  readDockerfile,
  readIni,
  readOptions,
  readPairs,
  readRows,
  readWords,
  readAssignments,
  readXml,
  readManifests,
  readYaml,
};

/** What a reader makes of a text: its settings, or the code of its error. Anything else that it throws is thrown. */
function outcome(read: (text: string, file: string) => Setting, text: string): Setting[] | string {
  try {
    return [...read(text, 'f').walk()];
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return code;
  }
}

/** Pieces that mean something to one format or another. */
const pieces = fc.constantFrom(
  ...[
    'a',
    'b: c',
    'key = value',
    '"',
    "'",
    '`',
    '{',
    '}',
    '[',
    ']',
    '<a>',
    '</a>',
    '<a b="c"/>',
    '<!--',
    '-->',
  ],
  ...[
    '<![CDATA[',
    ']]>',
    '<!DOCTYPE x [<!ENTITY e "f">]>',
    '&e;',
    '#',
    ';',
    ':',
    '=',
    '- ',
    '? ',
    '|',
    '>',
    '&a ',
    '*a',
  ],
  ...[
    '!t ',
    '<<: *a',
    '---',
    '...',
    '%',
    '\t',
    ' ',
    '\n',
    '\r\n',
    '\\',
    '\\\n',
    '$',
    '${',
    '//',
    ',',
    '\u0000',
    'ü',
    '\u{1f511}',
  ],
);
const texts = fc.oneof(
  fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

/** What parsers recur into, or look for the end of again and again. */
const ENDLESS = [
  '[',
  '{',
  '"',
  '<a>',
  '<!--',
  '- ',
  '? ',
  'a: ',
  'a {',
  '!t ',
  '&a ',
  '\n',
  ' ',
  'a=\\\n',
  '"\\',
];

describe.each(Object.entries(READERS))('%s', (_, read) => {
  it('gives settings that stand in the text, or a code', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const made = outcome(read, text);
        if (typeof made === 'string') {
          expect(made).toBe('CONFIGURATION_INVALID');
          return;
        }
        const lines = text.split('\n');
        for (const { at } of made) {
          expect(at.line).toBeGreaterThan(0);
          expect(at.line).toBeLessThanOrEqual(lines.length + 1);
          expect(at.column).toBeGreaterThan(0);
          expect(at.column).toBeLessThanOrEqual((lines[at.line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 100 },
    );
  });

  // A reader that took quadratic time would not come to an end here.
  it('comes to the end of what repeats', () => {
    for (const piece of ENDLESS) {
      const made = outcome(read, piece.repeat(30_000 / piece.length));
      if (typeof made === 'string') expect(made).toBe('CONFIGURATION_INVALID');
    }
  });
});

describe('places', () => {
  it('are those of the name', () => {
    const rows: readonly [(text: string, file: string) => Setting, string, string[], number, number][] = [
      [
        readXml,
        '<c>\n  <users><!-- x -->\n    <default a="1"></default></users></c>',
        ['users', 'default'],
        3,
        5,
      ],
      [readYaml, '# x\na:\n  - b: 1\n    c: 2\n', ['a', '0', 'c'], 4, 5],
      [readNginx, 'http {\n\tserver { listen 80; }\n}', ['http', 'server', 'listen'], 2, 11],
      [readCaddy, 'a.example {\n\trespond "{host} {" 200\n}', ['a.example', 'respond'], 2, 2],
      [readNats, 'a: 1\ncluster { listen: "x:1", b = [ {c: d} ] }', ['cluster', 'b', '', 'c'], 2, 33],
      [readIni, 'a = 1\n[b]\n  c = 2', ['b', 'c'], 3, 3],
      [readPairs, '# x\n\n  export A="b # c" # d', ['A'], 3, 3],
      [readDockerfile, 'FROM x\n# y\nENV A=b \\\n  C=d', ['ENV'], 3, 1],
      [readManifests, 'kind: A\n---\nkind: B\nmetadata:\n  name: n', ['B/n', 'metadata', 'name'], 5, 3],
    ];
    for (const [read, text, path, line, column] of rows) {
      expect(read(text, 'f').get(...path)?.at, path.join('.')).toEqual({ line, column });
    }
  });

  it('stay where they were behind definitions that are left out', () => {
    const text =
      'apiVersion: v1\nkind: CustomResourceDefinition\nspec: {}\n---\nkind: Pod\nmetadata: { name: p }\n';
    expect(readManifests(text, 'f').get('Pod/p')?.get('kind')?.at.line).toBe(5);
  });
});

describe('values', () => {
  it('are as the program sees them', () => {
    expect(
      readPairs("A='b c' # d\nB=x#y\nC = 'on'\nD:1\nE 2", 'f').children.map(({ value }) => value),
    ).toEqual(['b c', 'x#y', 'on', '1', '2']);
    expect(readYaml('a: yes\nb: 0755\nc: ~\nd: "x"\ne:', 'f').children.map(({ value }) => value)).toEqual([
      'yes',
      '0755',
      '',
      'x',
      '',
    ]);
    expect(readXml('<c><p>a<![CDATA[b]]></p><q/></c>', 'f').children.map(({ value }) => value)).toEqual([
      'ab',
      '',
    ]);
  });

  it('come through anchors and merges', () => {
    const root = readYaml('x: &x { a: 1, b: 2 }\ny: { <<: *x, b: 3 }\nz: *x', 'f');
    expect([root.text('y', 'a'), root.text('y', 'b'), root.text('z', 'b')]).toEqual(['1', '3', '2']);
  });
});

describe('hostile files', () => {
  it('expand no anchors without end', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let at = 1; at < 9; at++)
      bomb.push(
        `a${at}: &a${at} [${Array(9)
          .fill(`*a${at - 1}`)
          .join(', ')}]`,
      );
    expect(outcome(readYaml, bomb.join('\n'))).toBe('CONFIGURATION_INVALID');
    expect(outcome(readYaml, 'a: &a [*a]')).toBe('CONFIGURATION_INVALID');
  });

  // In quadratic time each of these took longer than a test may.
  it.each([
    ['commas', `[${', '.repeat(150_000)}`],
    ['lists of maps', '- a: '.repeat(60_000)],
  ])('are told to be no YAML at the first error: %s', { timeout: 15_000 }, (_, text) => {
    expect(outcome(readYaml, text)).toBe('CONFIGURATION_INVALID');
  });

  it('repeat no long name in everything that stands below it', () => {
    const name = 'a'.repeat(100_000);
    for (const [read, text] of [
      [readNginx, `${name} { b { c 1; } }`],
      [readXml, `<r><${name}><b><c/></b></${name}></r>`],
      [readYaml, `? ${name}\n: b: { c: 1 }`],
      [readIni, `[${name}]\nc = 1`],
    ] as const) {
      const all = [...read(text, 'f').walk()];
      expect(all.map((one) => one.name)).toContain('c');
      for (const { path } of all) expect(path.length).toBeLessThanOrEqual(1000);
    }
  });

  it('expand no entities', () => {
    const entity = '<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/passwd">]><c><p>&e;</p></c>';
    expect(outcome(readXml, entity)).toBe('CONFIGURATION_INVALID');
  });

  it('name the line that does not parse, and nothing of it', () => {
    for (const [read, text] of [
      [readXml, '<c>\n<password>hunter2</passwor>'],
      [readYaml, 'a: 1\nb: [hunter2'],
      [readNginx, 'a 1;\nhunter2 { b 1;'],
    ] as const) {
      const read1 = () => read(text, 'f.conf');
      expect(read1).toThrow(/f\.conf:\d+ /);
      expect(read1).not.toThrow(/hunter2/);
    }
  });
});
