'use strict';
const { existsSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { join, sep } = require('node:path');
const { pathToFileURL } = require('node:url');

// A start is mostly the compiling of modules: keep what was compiled.
enableCompileCache();

// Node strips types in a checkout but not below node_modules: an installed package brings JavaScript.
const source = join(__dirname, '../src/main.ts');
const installed = __dirname.split(sep).includes('node_modules') || !existsSync(source);
const main = installed ? join(__dirname, '../../../dist/main.js') : source;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    // The first asks for an orderly end, the second does not ask.
    if (stop.signal.aborted) process.exit(130);
    stop.abort(signal);
  });
}

// `tacet search ... | head` ends when its reader has seen enough.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { stdin, stdout, stderr, env } = process;
import(pathToFileURL(main).href)
  .then(({ run }) => run(process.argv.slice(2), { stdin, stdout, stderr, env, stop: stop.signal }))
  .then((status) => {
    process.exitCode = status;
  });
