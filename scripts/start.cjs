// What `npm start` runs. Whatever Node a machine has must get far enough here to say what is wrong, so this
// is old JavaScript and loads everything else late.
'use strict';

const LEAST = 24;

if (Number(process.versions.node.split('.')[0]) < LEAST) {
  console.error(
    `npm start needs Node ${LEAST} or newer; this is Node ${process.versions.node}. "npm ci" brings one, unless install scripts are forbidden.`,
  );
  process.exit(2);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

const { stdin, stdout, stderr, env } = process;
import('../apps/cli/src/demo/main.ts')
  .then(({ demo }) => demo(process.argv.slice(2), { stdin, stdout, stderr, env, stop: stop.signal }))
  .then((status) => {
    process.exitCode = status;
  });
