import { Cursor, refuse } from './independent-cursor.ts';

/** docs/format.md, section 7, written from that page. */

const NUMBERS = ['time', 'duration_ns', 'input_tokens', 'output_tokens'] as const;
const TEXTS = ['kind', 'service', 'operation', 'model', 'provider', 'status', 'severity'] as const;

export type Columns = { [name in (typeof NUMBERS)[number]]: number[] } & {
  [name in (typeof TEXTS)[number]]: string[];
} & { secrets: string[][] };

export function decodeColumns(bytes: Buffer): Columns {
  const code = 'SEGMENT_MALFORMED';
  const cursor = new Cursor(bytes, code);
  if (cursor.u8() !== 1) refuse(code);
  const rows = cursor.u32();
  if (rows > 131_072) refuse(code);
  const out = { secrets: [] as string[][] } as Columns;
  for (const name of NUMBERS) {
    out[name] = Array.from({ length: rows }, () => {
      const value = cursor.f64();
      return Number.isInteger(value) && !Object.is(value, -0) ? value : refuse(code);
    });
  }
  const dictionary = () => {
    const values = cursor.list(Number.MAX_SAFE_INTEGER, 4, () => cursor.text(1024));
    if (new Set(values).size !== values.length) refuse(code);
    let used = 0;
    return {
      next: () => {
        const place = cursor.u32();
        if (place > used || place >= values.length) refuse(code);
        if (place === used) used += 1;
        return values[place]!;
      },
      end: () => used === values.length || refuse(code),
    };
  };
  for (const name of TEXTS) {
    const words = dictionary();
    out[name] = Array.from({ length: rows }, words.next);
    words.end();
  }
  const words = dictionary();
  for (let row = 0; row < rows; row++) out.secrets.push(cursor.list(4096, 4, words.next));
  words.end();
  cursor.end();
  return out;
}

function steps(value: number, ratio: number): number[] {
  if (!(value > 0)) return [0];
  const exponent = Math.floor(Math.log(value) / Math.log(ratio));
  let [below, above] = [Math.round(ratio ** exponent), Math.round(ratio ** (exponent + 1))];
  if (below > value) below = Math.round(ratio ** (exponent - 1));
  if (above < value) above = Math.round(ratio ** (exponent + 2));
  return [below > value ? Math.floor(value) : below, above < value ? Math.ceil(value) : above];
}

function floorSeconds(time: string): number {
  const nanoseconds = BigInt(time);
  const whole = nanoseconds / 1_000_000_000n;
  const floor = Number(nanoseconds < whole * 1_000_000_000n ? whole - 1n : whole);
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, floor));
}

/** Whether a row of the clear columns is the coarse view of an event, in whatever profile. */
export function checkClearRow(columns: Columns, row: number, event: Record<string, unknown>): boolean {
  const near = (name: 'duration_ns' | 'input_tokens' | 'output_tokens', ratio: number) => {
    const stored = columns[name][row]!;
    if (stored === -2) return true;
    if (event[name] === undefined) return stored === -1;
    const fine = steps(event[name] as number, ratio);
    return fine.includes(stored) || fine.some((step) => steps(step, 2).includes(stored));
  };
  const secrets = Object.entries((event.secrets ?? {}) as Record<string, number>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${kind}×${count}`);
  const second = floorSeconds(event.time as string);
  return (
    [second, Math.floor(second / 60) * 60].includes(columns.time[row]!) &&
    TEXTS.every(
      (name) =>
        ['(sealed)', '(withheld)'].includes(columns[name][row]!) ||
        columns[name][row] === (event[name] as string).slice(0, 96).toWellFormed(),
    ) &&
    near('duration_ns', 1.09) &&
    near('input_tokens', 1.19) &&
    near('output_tokens', 1.19) &&
    [JSON.stringify(secrets), '["(sealed)"]'].includes(JSON.stringify(columns.secrets[row]))
  );
}
