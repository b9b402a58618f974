/**
 * The process behind `startClickHouse`: runs the engine's command line from libchdb with the arguments
 * that it was given, and ends with it.
 *
 * The library has no server program, but its command line can open ports (`SYSTEM START LISTEN`), and
 * while that query sleeps it answers like any ClickHouse server.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataType, load, open } from 'ffi-rs';

const chdb = createRequire(createRequire(import.meta.url).resolve('chdb'));
const platform = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
const directory = dirname(chdb.resolve(`@chdb/lib-${platform}`));

open({ library: 'chdb', path: join(directory, 'libchdb.so') });
const argv = ['clickhouse', ...process.argv.slice(2)];
await load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
  // The call lasts as long as the server; the engine needs the stack of a thread of its own.
  runInNewThread: true,
});
process.exit(0);
