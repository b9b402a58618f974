import { createIdentity, foundWorkspace, toHex, verifyAuthority, WriterSession } from '@tacet/seal';
import { describe, expect, it } from 'vitest';
import { ReaderKeys } from './reader-keys.ts';

const now = 1_736_121_600_000;

async function workspace() {
  const founded = await foundWorkspace({ workspace: 'w', now });
  const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
  const start = () => WriterSession.start({ workspace: 'w', authority, writer: founded.writer, now });
  return { ...founded, start };
}

describe('the keys of a reader', () => {
  it('open a session once, and anew when the authority has changed', async () => {
    const { identity, authority, start } = await workspace();
    const { id, record } = await start();
    const keys = new ReaderKeys(identity);
    await keys.use(authority);
    const first = await keys.session(toHex(id), record);
    await keys.use({ ...authority });
    expect(await keys.session(toHex(id), record)).toBe(first);
    await keys.use({ ...authority, writers: [...authority.writers, ...authority.writers] });
    await expect(keys.session(toHex(id), record)).resolves.not.toBe(first);
    // Whoever still holds the first can go on with it.
    expect(first.indexKey(0)).toHaveLength(32);
  });

  it('take no record of another session, and then the right one', async () => {
    const { identity, authority, start } = await workspace();
    const [one, two] = [await start(), await start()];
    const keys = new ReaderKeys(identity);
    await keys.use(authority);
    await expect(keys.session(toHex(one.id), two.record)).rejects.toMatchObject({ code: 'SESSION_INVALID' });
    await expect(keys.session(toHex(one.id), one.record)).resolves.toBeDefined();
  });

  it('know only workspaces that are pinned', async () => {
    const { authority } = await workspace();
    const keys = new ReaderKeys(await createIdentity());
    await expect(keys.use(authority)).rejects.toMatchObject({ code: 'ROOT_MISMATCH' });
    await expect(keys.session('00'.repeat(16), new Uint8Array())).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
