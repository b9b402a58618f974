import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterAll, describe, expect, it } from 'vitest';
import { NO_KEYS, randomBytes, segment } from '../../testing/segments.ts';
import { mountSmallDisk } from '../../testing/small-disk.ts';
import type { SegmentRow } from '../port.ts';
import { openEmbedded } from './embedded.ts';

const disk = mountSmallDisk(24);
afterAll(() => disk?.remove());

describe.skipIf(disk === undefined)('on a full disk (needs the right to mount)', () => {
  it('says STORE_FULL, keeps what it acknowledged, and works again when there is space', async () => {
    const path = join(disk!.path, 'store');
    const filler = join(disk!.path, 'filler');
    writeFileSync(filler, Buffer.alloc(6 << 20, 1));
    const store = await openEmbedded({ path });
    const batch = () =>
      Array.from({ length: 16 }, () => segment({ ciphertext: randomBytes(65_536), receivedDay: 20_000 }));
    const acknowledged: Uint8Array[] = [];
    let refused: SegmentRow[] = [];
    let error: unknown;
    for (let round = 0; round < 100 && error === undefined; round++) {
      const rows = batch();
      await store.insert(rows).then(
        () => acknowledged.push(...rows.map((row) => row.id)),
        (thrown) => {
          refused = rows;
          error = thrown;
        },
      );
    }
    expect(codeOf(error)).toBe('STORE_FULL');
    expect((error as { retry?: boolean }).retry).toBe(true);
    expect(await store.contains(acknowledged)).toHaveLength(acknowledged.length);

    const query = { workspace: 'main', formula: { all: true } as const, keys: NO_KEYS, limit: 10 };
    expect(await store.match(query)).toHaveLength(10);

    rmSync(filler);
    await store.insert(refused);
    const { segments } = await store.stats('main');
    expect(segments).toBe(acknowledged.length + refused.length);
    await store.close();
  });
});
