import { type ClearRow, clearColumns, clearRow, steps, textColumn } from '@tacet/records';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClearTest, Formula, LogStore, SegmentRow } from '../src/port.ts';
import { FILTER_BYTES, holds } from '../testing/filter.ts';
import { filtered, NO_KEYS, randomBytes, segment } from '../testing/segments.ts';

const WORKSPACE = 'match';
const PERIODS = 4;
const TOKENS = 4;
const FIRST = 100;
/** Filled to one half at random, a test of 13 bits almost never holds by chance; fuller filters do it often. */
const FULL = 0.93;

const hex = (id: Uint8Array) => Buffer.from(id).toString('hex');

function mostlyOnes(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, () => {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) if (Math.random() < FULL) byte |= 1 << bit;
    return byte;
  });
}

/** The contract's rule, read literally: what the SQL must agree with bit for bit. */
function candidate(formula: Formula, row: SegmentRow, keys: Uint8Array[]): boolean {
  if ('and' in formula) return formula.and.every((part) => candidate(part, row, keys));
  if ('or' in formula) return formula.or.some((part) => candidate(part, row, keys));
  if ('token' in formula) {
    const at = (row.periodNo - FIRST) * 16;
    const key = keys[formula.token]!.subarray(at, at + 16);
    if (row.filter.length === 0) return true;
    return key.some((byte) => byte !== 0) && holds(row.filter, key, row.id);
  }
  return true;
}

const formulas = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'formula' },
    fc.nat(TOKENS - 1).map((token): Formula => ({ token })),
    fc.constant<Formula>({ all: true }),
    fc.array(tie('formula'), { maxLength: 3 }).map((and): Formula => ({ and })),
    fc.array(tie('formula'), { maxLength: 3 }).map((or): Formula => ({ or })),
  ),
})).formula;

function usesToken(formula: Formula): boolean {
  if ('and' in formula) return formula.and.some(usesToken);
  if ('or' in formula) return formula.or.some(usesToken);
  return 'token' in formula;
}

/** What every adapter must answer to a blind match; `open` is called once. */
export function matchContract(name: string, open: () => Promise<LogStore>): void {
  describe(`blind match on ${name}`, () => {
    let store: LogStore;
    const rows: SegmentRow[] = [];
    const keys = Array.from({ length: TOKENS }, () => randomBytes(16 * PERIODS));
    // One period has no key for token 0.
    keys[0]!.fill(0, 32, 48);

    beforeAll(async () => {
      store = await open();
      for (const size of FILTER_BYTES) {
        for (let count = 0; count < 24; count++) {
          const periodNo = FIRST - 1 + (count % (PERIODS + 2));
          rows.push(filtered([], { workspace: WORKSPACE, periodNo }, size, mostlyOnes));
        }
      }
      for (let periodNo = FIRST - 1; periodNo <= FIRST + PERIODS; periodNo++) {
        rows.push(segment({ workspace: WORKSPACE, periodNo, filter: new Uint8Array(0) }));
      }
      await store.insert(rows);
    });
    afterAll(async () => {
      await store?.close();
    });

    async function found(formula: Formula, tokens = keys): Promise<string[]> {
      const query = { workspace: WORKSPACE, formula, keys: { first: FIRST, tokens }, limit: 1000 };
      return (await store.match(query)).map((hit) => hex(hit.id)).sort();
    }

    it('agrees with the rule of the filters for any formula over any keys', async () => {
      await fc.assert(
        fc.asyncProperty(
          formulas,
          fc.uint8Array({ minLength: 16 * PERIODS, maxLength: 16 * PERIODS }),
          async (formula, fresh) => {
            const tokens = [...keys.slice(0, TOKENS - 1), fresh];
            const inRange = (row: SegmentRow) => row.periodNo >= FIRST && row.periodNo < FIRST + PERIODS;
            const expected = rows
              .filter((row) => (!usesToken(formula) || inRange(row)) && candidate(formula, row, tokens))
              .map((row) => hex(row.id))
              .sort();
            expect(await found(formula, tokens)).toEqual(expected);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('finds planted tokens in every class, and the empty filter always', async () => {
      const workspace = 'planted';
      const key = randomBytes(16);
      const planted = FILTER_BYTES.map((size) => filtered([key], { workspace }, size));
      const others = FILTER_BYTES.map((size) => filtered([], { workspace }, size));
      const open = segment({ workspace, filter: new Uint8Array(0) });
      await store.insert([...planted, ...others, open]);
      const hits = await store.match({
        workspace,
        formula: { token: 0 },
        keys: { first: 0, tokens: [key] },
        limit: 100,
      });
      const expected = [...planted, open, ...others.filter((row) => holds(row.filter, key, row.id))];
      expect(hits.map((hit) => hex(hit.id)).sort()).toEqual(expected.map((row) => hex(row.id)).sort());
    });

    it('looks again for every key, though the statement is the same', async () => {
      const workspace = 'again';
      const [absent, rare, common] = [randomBytes(16), randomBytes(16), randomBytes(16)];
      await store.insert(
        Array.from({ length: 100 }, (_, number) =>
          filtered([number === 50 ? rare : common], { workspace, number }),
        ),
      );
      const count = async (key: Uint8Array) => {
        const keys = { first: 0, tokens: [key] };
        return (await store.match({ workspace, formula: { token: 0 }, keys, limit: 1000 })).length;
      };
      expect(await count(absent)).toBeLessThan(3);
      expect(await count(rare)).toBeGreaterThan(0);
      expect(await count(rare)).toBeLessThan(3);
      expect(await count(common)).toBeGreaterThan(98);
    });

    it('takes as many tokens as a search may have', { timeout: 60_000 }, async () => {
      const workspace = 'many';
      const many = Array.from({ length: 64 }, () => randomBytes(16));
      const all = filtered(many, { workspace }, 13 * 2560);
      const some = filtered(many.slice(60), { workspace }, 16 * 13 * 168);
      const none = segment({ workspace, filter: new Uint8Array(13 * 160) });
      await store.insert([all, some, none]);
      const leaves = many.map((_, token): Formula => ({ token }));
      const ask = async (formula: Formula) => {
        const query = { workspace, formula, keys: { first: 0, tokens: many }, limit: 10 };
        return (await store.match(query)).map((hit) => hex(hit.id)).sort();
      };
      const both = [hex(all.id), hex(some.id)].sort();
      expect(await ask({ and: leaves })).toEqual([hex(all.id)]);
      expect(await ask({ and: [...leaves.slice(0, 32), { or: leaves.slice(32) }] })).toEqual([hex(all.id)]);
      expect(await ask({ and: [{ or: leaves.slice(0, 63) }, { or: leaves.slice(62) }] })).toEqual(both);
    });

    it('combines tokens with clear tests', async () => {
      const workspace = 'clear and tokens';
      const key = randomBytes(16);
      const both = filtered([key], { workspace });
      both.clear.service = textColumn(['Billing', 'checkout', 'checkout']);
      const token = filtered([key], { workspace });
      const clear = segment({ workspace, filter: new Uint8Array(13 * 160) });
      clear.clear.service = textColumn(['checkout', 'checkout', 'billing']);
      await store.insert([both, token, clear]);
      const ask = async (formula: Formula) => {
        const query = { workspace, formula, keys: { first: 0, tokens: [key] }, limit: 10 };
        return (await store.match(query)).map((hit) => hex(hit.id)).sort();
      };
      const ids = (...wanted: SegmentRow[]) => wanted.map((row) => hex(row.id)).sort();
      const billing: Formula = { clear: { column: 'service', op: '=', value: 'BILLING' } };
      expect(await ask({ and: [{ token: 0 }, billing] })).toEqual(ids(both));
      expect(await ask({ or: [{ token: 0 }, billing] })).toEqual(ids(both, token, clear));
      expect(await ask({ and: [billing] })).toEqual(ids(both, clear));
      expect(await ask({ or: [{ and: [{ token: 0 }, billing] }, { or: [] }] })).toEqual(ids(both));
    });

    const tests: [part: Partial<ClearRow>, test: ClearTest, kept: boolean][] = [
      [{ model: 'GPT-4o' }, { column: 'model', op: '=', value: 'gpt-4O' }, true],
      [{ model: 'GPT-4o' }, { column: 'model', op: '=', value: 'gpt-4' }, false],
      [{ model: 'ＧＰＴ' }, { column: 'model', op: '=', value: 'gpt' }, true],
      [{ status: '' }, { column: 'status', op: '=', value: '' }, true],
      [{ operation: 'a'.repeat(96) }, { column: 'operation', op: '=', value: 'A'.repeat(300) }, true],
      [{ operation: 'b'.repeat(96) }, { column: 'operation', op: '=', value: 'a'.repeat(300) }, false],
      [
        { operation: `${'é'.normalize('NFD').repeat(48)}` },
        { column: 'operation', op: '=', value: 'é'.repeat(200) },
        true,
      ],
      [{ service: '5' }, { column: 'service', op: '=', value: 5 }, true],
      [{ service: 'x' }, { column: 'service', op: '<', value: 'a' }, true],
      [{ secrets: ['aws-key×2'] }, { column: 'secrets', op: '=', value: 'aws-key' }, true],
      [{ secrets: ['aws-key×2'] }, { column: 'secrets', op: '=', value: 'AWS-key×2' }, true],
      [{ secrets: ['aws-key×2'] }, { column: 'secrets', op: '=', value: 'aws' }, false],
      [{ secrets: ['aws-key×2'] }, { column: 'secrets', op: '>', value: '' }, true],
      [{ secrets: [] }, { column: 'secrets', op: '>', value: '' }, false],
      [{ duration_ns: -1 }, { column: 'duration_ns', op: '>=', value: 0 }, false],
      [{ duration_ns: -1 }, { column: 'duration_ns', op: '<', value: 5 }, false],
      [{ duration_ns: 0 }, { column: 'duration_ns', op: '<=', value: 0 }, true],
      [{ duration_ns: 1_000_000 }, { column: 'duration_ns', op: '>', value: 2_000_000 }, false],
      [{ duration_ns: 1_000_000 }, { column: 'duration_ns', op: '<', value: 400_000 }, false],
      [{ duration_ns: steps(1e6, 1.09)[1] }, { column: 'duration_ns', op: '=', value: '1000000' }, true],
      [{ duration_ns: steps(1e6, 1.09)[0] }, { column: 'duration_ns', op: '>', value: 1e6 }, true],
      [{ duration_ns: steps(1e6, 1.09)[1] }, { column: 'duration_ns', op: '<', value: 1e6 }, true],
      [{ duration_ns: 1_000_000 }, { column: 'duration_ns', op: '=', value: 2e6 }, false],
      [{ input_tokens: steps(110, 1.19)[0] }, { column: 'input_tokens', op: '=', value: 110 }, true],
      [{ time: 50 }, { column: 'time', op: '=', value: 50.9 }, true],
      [{ time: 50 }, { column: 'time', op: '=', value: 51 }, false],
      [{ model: '(withheld)' }, { column: 'model', op: '=', value: 'gpt' }, true],
      [{ model: '(sealed)' }, { column: 'model', op: '=', value: 'gpt' }, true],
      [{ secrets: ['(sealed)'] }, { column: 'secrets', op: '=', value: 'aws-key' }, true],
      [{ secrets: ['(sealed)'] }, { column: 'secrets', op: '>', value: '' }, true],
      [{ duration_ns: -2 }, { column: 'duration_ns', op: '>', value: 5 }, true],
      [{ duration_ns: -2 }, { column: 'duration_ns', op: '<', value: 5 }, true],
      [{ input_tokens: -2 }, { column: 'input_tokens', op: '=', value: 5 }, true],
      [{ output_tokens: 128 }, { column: 'output_tokens', op: '=', value: 200 }, true],
      [{ time: 50 }, { column: 'time', op: '>', value: 50.5 }, true],
      [{ time: 50 }, { column: 'time', op: '>=', value: 51 }, false],
      [{ time: 50 }, { column: 'time', op: '<', value: 50 }, true],
      [{ time: 50 }, { column: 'time', op: '<=', value: 49.9 }, false],
    ];

    it('tests clear columns as specified', async () => {
      const kept: boolean[] = [];
      for (const [index, [part, test]] of tests.entries()) {
        const workspace = `clear ${index}`;
        const row = segment({ workspace, timeMin: 50, count: 1 });
        row.clear = clearColumns([{ ...clearRow(row.clear, 0), ...part }]);
        await store.insert([row]);
        const hits = await store.match({ workspace, formula: { clear: test }, keys: NO_KEYS, limit: 1 });
        kept.push(hits.length === 1);
      }
      expect(kept).toEqual(tests.map(([, , expected]) => expected));
    });
  });
}
