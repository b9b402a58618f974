import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type Starting = Parameters<NodeFS['init']>;

/** The parts of Emscripten's NODEFS that are used here: an open file knows its descriptor. */
interface NodeFileSystem {
  stream_ops: { fsync?: (stream: { nfd?: number | undefined }) => number };
}

/**
 * PGlite's directory on disk, with working syncs: Emscripten's file system passes `fsync` over unless
 * the operation is there, so a commit would only be in the page cache.
 */
class SyncedNodeFS extends NodeFS {
  override async init(pg: Starting[0], options: Starting[1]) {
    return super.init(pg, {
      ...options,
      preRun: [
        ...(options.preRun ?? []),
        (module: { NODEFS: NodeFileSystem }) => {
          module.NODEFS.stream_ops.fsync = (stream) => {
            if (stream.nfd !== undefined) fsyncSync(stream.nfd);
            return 0;
          };
        },
      ],
    });
  }
}

/** PGlite starts PostgreSQL with `-F` (no syncs); without it `fsync` and `synchronous_commit` are on. */
const START = [
  ...PGlite.defaultStartParams.filter((argument) => argument !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  // The default of 128 MB is allocated at once; these tables are small.
  '-c',
  'shared_buffers=16MB',
];

/**
 * Opens PostgreSQL inside this process on `directory` (which must exist), durable on commit. One process and
 * one instance at a time: the caller holds the directory's lock.
 */
export async function openPglite(directory: string): Promise<PGlite> {
  return PGlite.create({ fs: new SyncedNodeFS(directory), startParams: START });
}
