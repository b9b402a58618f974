#!/usr/bin/env node
// biome-ignore-all lint: old syntax on purpose, see below.
'use strict';

// Whatever Node a machine has must get far enough here to say what is wrong: nothing newer than ES5.
var fs = require('fs');
var path = require('path');

var LEAST = 24;

/** The Node that came with the package, if it did. */
function pinnedNode() {
  var folder;
  var binary;
  try {
    folder = path.dirname(require.resolve('node/package.json'));
  } catch (error) {
    return undefined;
  }
  binary = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return fs.existsSync(binary) ? binary : undefined;
}

/** Runs the same command on another Node and ends as it ends. */
function runOn(binary) {
  var child;
  process.env.TACET_LAUNCHED = '1';
  child = require('child_process').spawn(binary, [__filename].concat(process.argv.slice(2)), {
    stdio: 'inherit',
  });
  // A signal to this process is meant for the command.
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on('error', fail);
  child.on('exit', function (status, signal) {
    process.exit(status === null ? 128 + (require('os').constants.signals[signal] || 0) : status);
  });
}

function fail() {
  console.error(
    'tacet: Tacet needs Node ' + LEAST + ' or newer; this is Node ' + process.versions.node + '.',
  );
  process.exit(2);
}

function start() {
  var pinned;
  if (Number(process.versions.node.split('.')[0]) >= LEAST) return require('./start.js');
  pinned = process.env.TACET_LAUNCHED ? undefined : pinnedNode();
  return pinned ? runOn(pinned) : fail();
}

start();
