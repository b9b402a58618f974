/** Bodies of `POST /v1/logs` in protobuf, made of the sample's lines. Field numbers: opentelemetry-proto. */

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return out;
}

const bytes = (field: number, value: Buffer) =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(value.length)]), value]);
const text = (field: number, value: string) => bytes(field, Buffer.from(value));
const fixed64 = (field: number, value: bigint) => {
  const out = Buffer.alloc(9);
  out[0] = field * 8 + 1;
  out.writeBigUInt64LE(value, 1);
  return out;
};
const attribute = (field: number, key: string, value: string) =>
  bytes(field, Buffer.concat([text(1, key), bytes(2, text(1, value))]));

/** One export request holding one record a line, as an SDK's exporter would batch them. */
export function logsRequest(service: string, lines: readonly string[]): Buffer {
  const records = lines.map((line) => {
    const row = JSON.parse(line) as Record<string, unknown>;
    const parts = [fixed64(1, BigInt(Date.parse('2025-01-06')) * 1_000_000n), bytes(5, text(1, line))];
    for (const [key, value] of Object.entries(row))
      if (typeof value === 'string') parts.push(attribute(6, key, value));
    return bytes(2, Buffer.concat(parts));
  });
  const scope = bytes(2, Buffer.concat(records));
  return bytes(1, Buffer.concat([bytes(1, attribute(1, 'service.name', service)), scope]));
}
